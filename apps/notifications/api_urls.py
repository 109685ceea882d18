"""Routes of messages and robots below /api/v1/."""

from django.urls import path

from apps.notifications import api

urlpatterns = [
    path("messages/", api.MessageList.as_view(), name="api-messages"),
    path("messages/<uuid:public_id>/read/", api.ReadMessage.as_view(), name="api-message-read"),
    path("messages/read/", api.ReadAll.as_view(), name="api-messages-read"),
    path("messages/settings/", api.Wish.as_view(), name="api-messages-settings"),
    path("channels/", api.Channels.as_view(), name="api-channels"),
    path("channels/times/", api.Times.as_view(), name="api-channels-times"),
    path("channels/<uuid:public_id>/", api.ChannelOne.as_view(), name="api-channel"),
    path("channels/<uuid:public_id>/test/", api.ChannelTest.as_view(), name="api-channel-test"),
    path(
        "channels/<uuid:public_id>/resend/", api.ChannelResend.as_view(), name="api-channel-resend"
    ),
]
