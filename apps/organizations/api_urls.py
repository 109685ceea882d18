"""Routes under /api/v1/."""

from django.urls import path

from apps.organizations.api import account, imports, liaisons, people, places, regions

app_name = "organizations_api"

urlpatterns = [
    path("me/", account.Me.as_view(), name="me"),
    path("tokens/", account.Tokens.as_view(), name="tokens"),
    path("tokens/<uuid:public_id>/", account.TokenOne.as_view(), name="token"),
    path("seats/<int:pk>/", people.SeatOne.as_view(), name="seat"),
    path("seats/<int:pk>/colleagues/", account.Colleagues.as_view(), name="colleagues"),
    path("seats/<int:pk>/deputy/", account.Deputy.as_view(), name="deputy"),
    path("seats/<int:pk>/hand-over/", account.HandOver.as_view(), name="hand_over"),
    path("liaisons/", liaisons.Liaisons.as_view(), name="liaisons"),
    path("liaisons/missing/", liaisons.UnitsWithout.as_view(), name="liaisons_missing"),
    path("liaisons/export/", liaisons.LiaisonsExport.as_view(), name="liaisons_export"),
    path("liaisons/<uuid:public_id>/", liaisons.LiaisonOne.as_view(), name="liaison"),
    path("units/", places.Units.as_view(), name="units"),
    path("units/<uuid:public_id>/", places.UnitOne.as_view(), name="unit"),
    path("regions/", regions.Regions.as_view(), name="regions"),
    path("sections/", places.Sections.as_view(), name="sections"),
    path("sections/<uuid:public_id>/", places.SectionOne.as_view(), name="section"),
    path("routes/", places.Routes.as_view(), name="routes"),
    path("routes/<int:pk>/", places.RouteOne.as_view(), name="route"),
    path("people/", people.People.as_view(), name="people"),
    path("people/links/", people.OpeningLinks.as_view(), name="opening_links"),
    path("people/<uuid:public_id>/", people.PersonOne.as_view(), name="person"),
    path("people/<uuid:public_id>/seats/", people.Grant.as_view(), name="grant"),
    path("people/<uuid:public_id>/switch/", people.Switch.as_view(), name="switch"),
    path("people/<uuid:public_id>/link/", people.Link.as_view(), name="link"),
    path("locks/", people.Locked.as_view(), name="locks"),
    path("imports/<slug:kind>/", imports.Check.as_view(), name="import"),
    path("imports/<slug:kind>/template/", imports.Template.as_view(), name="import_template"),
    path("imports/<slug:kind>/<uuid:public_id>/", imports.Confirm.as_view(), name="import_confirm"),
    path(
        "imports/<slug:kind>/<uuid:public_id>/marked/",
        imports.Marked.as_view(),
        name="import_marked",
    ),
]
