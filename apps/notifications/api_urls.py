"""Routes of messages below /api/v1/."""

from django.urls import path

from apps.notifications import api

urlpatterns = [
    path("messages/", api.MessageList.as_view(), name="api-messages"),
    path("messages/<uuid:public_id>/read/", api.ReadMessage.as_view(), name="api-message-read"),
    path("messages/read/", api.ReadAll.as_view(), name="api-messages-read"),
]
