"""Entrance, account, people, places."""

from django.urls import path

from apps.organizations.views import account, entrance, imports, liaisons, people, places, regions

app_name = "organizations"

urlpatterns = [
    path("login/", entrance.log_in, name="login"),
    path("logout/", entrance.log_out, name="logout"),
    path("account/", account.account, name="account"),
    path("account/relogin/", entrance.relogin, name="relogin"),
    path("account/resume/", entrance.resume, name="resume"),
    path("account/link/<str:token>/", entrance.link, name="link"),
    path("account/password/", account.password, name="password"),
    path("account/sessions/end/", account.end_sessions, name="end_sessions"),
    path("account/tokens/", account.tokens, name="tokens"),
    path("account/tokens/<uuid:public_id>/revoke/", account.revoke, name="revoke_token"),
    path("account/seats/<int:pk>/deputy/", account.deputy, name="deputy"),
    path("account/seats/<int:pk>/hand-over/", account.hand_over, name="hand_over"),
    path("people/", people.list_people, name="people"),
    path("people/new/", people.new_person, name="new_person"),
    path("people/links/", people.opening_links, name="opening_links"),
    path("people/locked/", people.locked, name="locked"),
    path("people/locked/unlock/", people.unlock, name="unlock"),
    path("people/seats/<int:pk>/end/", people.end_membership, name="end_membership"),
    path("people/<uuid:public_id>/", people.person, name="person"),
    path("people/<uuid:public_id>/grant/", people.grant, name="grant"),
    path("people/<uuid:public_id>/switch/", people.switch, name="switch"),
    path("people/<uuid:public_id>/link/", people.issue_link, name="issue_link"),
    path("liaisons/", liaisons.liaisons, name="liaisons"),
    path("liaisons/new/", liaisons.new_liaison, name="new_liaison"),
    path("liaisons/export/", liaisons.export_liaisons, name="export_liaisons"),
    path("liaisons/<uuid:public_id>/end/", liaisons.end_liaison, name="end_liaison"),
    path("units/", places.list_units, name="units"),
    path("units/new/", places.new_unit, name="new_unit"),
    path("units/<uuid:public_id>/", places.unit, name="unit"),
    path("regions/", regions.regions, name="regions"),
    path("sections/", places.sections, name="sections"),
    path("sections/<uuid:public_id>/", places.section, name="section"),
    path("sections/routes/", places.add_route, name="add_route"),
    path("sections/routes/<int:pk>/remove/", places.remove_route, name="remove_route"),
    path("imports/<slug:kind>/", imports.upload, name="import"),
    path("imports/<slug:kind>/template/", imports.template, name="import_template"),
    path("imports/<slug:kind>/<uuid:public_id>/", imports.confirm, name="import_confirm"),
]
