from django.urls import path

from apps.reports import views

app_name = "reports"
urlpatterns = [
    path("", views.start, name="start"),
    path("<int:year>/", views.home, name="home"),
    path("<int:year>/search/", views.search, name="search"),
    path("<int:year>/projects/<uuid:public_id>/", views.project, name="project"),
    path("<int:year>/units/", views.units, name="units"),
    path("<int:year>/units/<uuid:public_id>/", views.unit, name="unit"),
]
