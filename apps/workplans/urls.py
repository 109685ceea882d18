from django.urls import path

from apps.workplans import views
from apps.workplans.views import feeds

app_name = "workplans"
urlpatterns = [
    path("account/calendar/", feeds.calendar_feed, name="calendar_feed"),
    path("account/calendar/revoke/", feeds.revoke_feed, name="revoke_feed"),
    path("feeds/<str:token>.ics", feeds.feed, name="feed"),
    path("<int:year>/plan/", views.plan, name="plan"),
    path("<int:year>/plan/settings/", views.settings, name="settings"),
    path("<int:year>/plan/deadlines.ics", views.calendar, name="calendar"),
    path("<int:year>/plan/<uuid:public_id>/", views.task, name="task"),
    path("<int:year>/plan/publish/", views.publish, name="publish"),
    path("<int:year>/plan/<uuid:public_id>/offline/", views.offline, name="offline"),
    path("<int:year>/assignments/<uuid:public_id>/extend/", views.extend, name="extend"),
    path("<int:year>/assignments/<uuid:public_id>/exempt/", views.exempt, name="exempt"),
]
