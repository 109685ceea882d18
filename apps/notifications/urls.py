"""Pages of messages and of the ways they go."""

from django.urls import path

from apps.notifications import views

app_name = "notifications"

urlpatterns = [
    path("messages/", views.list_messages, name="list"),
    path("messages/read/", views.read_all, name="read_all"),
    path("messages/settings/", views.settings, name="settings"),
    path("messages/<uuid:public_id>/read/", views.read, name="read"),
    path("channels/", views.channels, name="channels"),
    path("channels/times/", views.times, name="times"),
    path("channels/<uuid:public_id>/", views.channel, name="channel"),
    path("channels/<uuid:public_id>/test/", views.test, name="test_channel"),
    path("channels/<uuid:public_id>/resend/", views.resend, name="resend"),
]
