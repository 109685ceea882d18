"""Pages of the library, under their year."""

from django.urls import path

from apps.indicators import views

app_name = "indicators"
urlpatterns = [
    path("<int:year>/indicators/", views.library, name="library"),
    path("<int:year>/indicators/pick/", views.pick, name="pick"),
    path("<int:year>/indicators/export/", views.export, name="export"),
]
