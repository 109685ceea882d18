from django.urls import path

from apps.targets import views

app_name = "targets"
urlpatterns = [
    path("<int:year>/targets/<uuid:public_id>/", views.sheet, name="sheet"),
    path("<int:year>/targets/<uuid:public_id>/copy/", views.copy, name="copy"),
]
