"""A person sees the own jobs, their progress and files; nobody else does."""

from datetime import timedelta

import pytest

from apps.core import clock
from apps.jobs import downloads, services
from apps.jobs.models import Job
from tests.personas import client_of

CANARY = "只有本人可见的任务"


@pytest.fixture
def job(filer, does) -> Job:
    does("tests.kind", lambda job: None)
    return services.leave(kind="tests.kind", title=CANARY, owner=filer)


@pytest.fixture
def done(job, does) -> Job:
    def work(job: Job) -> dict[str, str]:
        job.file = services.keep_file(
            content=b"%PDF-",
            name='申报"表\r\n.pdf',
            content_type="application/pdf",
            owner=job.owner,
        )
        return {"message": "生成1份。"}

    does("tests.kind", work)
    services.run_one()
    job.refresh_from_db()
    return job


def test_a_running_job_asks_for_itself_every_two_seconds(filer, job):
    Job.objects.update(
        state=Job.State.RUNNING, n_done=128, n_total=318, message="正在检查第128行，共318行"
    )
    client, url = client_of(filer), f"/jobs/{job.public_id}/"

    page = client.get(url).content.decode()
    part = client.get(url, headers={"HX-Request": "true"}).content.decode()

    for body in (page, part):
        assert "正在检查第128行，共318行" in body
        assert 'hx-trigger="every 2s"' in body
        assert f'hx-get="{url}"' in body
    assert "<html" in page
    assert "<html" not in part


def test_a_finished_job_stops_asking_and_leads_to_its_file(filer, done):
    body = client_of(filer).get(f"/jobs/{done.public_id}/").content.decode()

    assert "hx-trigger" not in body.partition("<main")[2]
    assert f"/jobs/{done.public_id}/file/" in body
    assert "生成1份。" in body
    assert "知道了" in body


def test_a_failed_job_says_why(filer, job):
    Job.objects.update(state=Job.State.FAILED, message="没有数据行。", finished_at=clock.now())

    assert "没有数据行。" in client_of(filer).get(f"/jobs/{job.public_id}/").content.decode()


def test_a_look_does_not_write_and_a_button_does(filer, done):
    client = client_of(filer)
    client.get(f"/jobs/{done.public_id}/")
    done.refresh_from_db()
    assert done.seen_at is None

    answer = client.post(f"/jobs/{done.public_id}/seen/")

    done.refresh_from_db()
    assert (answer.status_code, answer.url) == (302, "/jobs/")
    assert done.seen_at is not None


@pytest.mark.trust("B05", "B10")
@pytest.mark.parametrize("who", ["filer2", "unit_head", "sys_admin", "audit_admin", "stranger"])
def test_a_job_and_its_file_do_not_exist_for_others(world, done, who):
    client = client_of(world.people[who])
    missing = "00000000-0000-4000-8000-000000000000"

    for path in ("", "file/"):
        theirs = client.get(f"/jobs/{done.public_id}/{path}")
        nobodys = client.get(f"/jobs/{missing}/{path}")
        assert theirs.status_code == nobodys.status_code == 404
    assert client.post(f"/jobs/{done.public_id}/seen/").status_code == 404
    assert CANARY not in client.get("/jobs/").content.decode()
    done.refresh_from_db()
    assert done.seen_at is None


@pytest.mark.trust("D10", "C09")
def test_a_file_is_a_download_that_the_browser_neither_guesses_at_nor_runs(filer, done):
    answer = client_of(filer).get(f"/jobs/{done.public_id}/file/")

    assert b"".join(answer.streaming_content) == b"%PDF-"
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment; filename*=utf-8''")
    assert "\r" not in disposition
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cache-Control"] == "no-store"


def test_only_pdf_and_pictures_are_shown_in_place(filer, done):
    shown = downloads.file_response(done.file, inline=True)
    done.file.content_type = "text/html"
    page = downloads.file_response(done.file, inline=True)

    assert shown.headers["Content-Disposition"].startswith("inline")
    assert page.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in page.headers["Content-Security-Policy"]
    for response in (shown, page):
        response.close()


def test_a_job_without_file_has_no_download(filer, job):
    assert client_of(filer).get(f"/jobs/{job.public_id}/file/").status_code == 404


def test_the_list_follows_by_key_latest_first(filer, does, django_assert_max_num_queries):
    does("tests.kind", lambda job: None)
    start = clock.now()
    for number in range(70):
        with clock.at(start + timedelta(seconds=number // 2)):
            services.leave(kind="tests.kind", title=f"第{number:02}件", owner=filer)
    client = client_of(filer)
    with django_assert_max_num_queries(20):
        first = client.get("/jobs/").context["page"]
    second = client.get("/jobs/", {"before": first.older}).context["page"]

    titles = [job.title for job in (*first.jobs, *second.jobs)]
    assert titles == [f"第{number:02}件" for number in reversed(range(70))]
    assert second.older == 0


def test_an_empty_list_says_what_will_stand_there(filer):
    assert "还没有后台任务" in client_of(filer).get("/jobs/").content.decode()


@pytest.mark.trust("B03", "B07")
def test_the_api_shows_own_jobs_with_named_fields_only(filer, stranger, done):
    mine = client_of(filer).get("/api/v1/jobs/").json()["results"]

    assert [set(row) for row in mine] == [
        {
            "public_id",
            "kind",
            "title",
            "state",
            "n_done",
            "n_total",
            "message",
            "result",
            "file_name",
            "created_at",
            "finished_at",
        }
    ]
    assert client_of(filer).get(f"/api/v1/jobs/{done.public_id}/").json() == mine[0]
    file = client_of(filer).get(f"/api/v1/jobs/{done.public_id}/file/")
    assert b"".join(file.streaming_content) == b"%PDF-"
    other = client_of(stranger)
    assert other.get("/api/v1/jobs/").json()["results"] == []
    for path in ("", "file/"):
        assert other.get(f"/api/v1/jobs/{done.public_id}/{path}").status_code == 404


def test_the_api_knows_that_a_job_made_no_file(filer, job):
    assert client_of(filer).get(f"/api/v1/jobs/{job.public_id}/file/").status_code == 404
