"""Pages of the library, under their year."""

from django.urls import include, path

from apps.indicators.views import editions, reading

app_name = "indicators"
EDITION = [
    path("", editions.edition, name="edition"),
    path("rows/new/", editions.new_row, name="new_row"),
    path("categories/", editions.add_category, name="add_category"),
    path("workbook/", editions.workbook, name="edition_workbook"),
    path("import/", editions.upload, name="import_edition"),
    path("candidates/", editions.harvest, name="candidates"),
    path("submit/", editions.submit, name="submit_edition"),
    path("return/", editions.send_back, name="return_edition"),
    path("publish/", editions.publish, name="publish_edition"),
    path("drop/", editions.drop, name="drop_edition"),
]
urlpatterns = [
    path("<int:year>/indicators/", reading.library, name="library"),
    path("<int:year>/indicators/pick/", reading.pick, name="pick"),
    path("<int:year>/indicators/export/", reading.export, name="export"),
    path("<int:year>/indicators/rows/<int:pk>/", editions.row, name="row"),
    path("<int:year>/indicators/editions/", editions.editions, name="editions"),
    path("<int:year>/indicators/editions/<uuid:public_id>/", include(EDITION)),
]
