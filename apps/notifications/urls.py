"""Pages of messages."""

from django.urls import path

from apps.notifications import views

app_name = "notifications"

urlpatterns = [
    path("messages/", views.list_messages, name="list"),
    path("messages/read/", views.read_all, name="read_all"),
    path("messages/<uuid:public_id>/read/", views.read, name="read"),
]
