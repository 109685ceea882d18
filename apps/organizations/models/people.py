"""People and what they may do where, from one day to another."""

from __future__ import annotations

import uuid
from datetime import date
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import salted_hmac

from apps.core import clock
from apps.organizations.models.places import Jurisdiction, Section, Unit


class Role(models.TextChoices):
    """What a membership lets a person do; the permission is a function, the role its input."""

    FILER = "filer", "单位填报员"
    UNIT_HEAD = "unit_head", "单位负责人"
    SUPERVISOR = "supervisor", "主管部门审核员"
    SECTION_REVIEWER = "section_reviewer", "业务科室审核员"
    PERFORMANCE_REVIEWER = "performance_reviewer", "绩效科审核员"
    BUDGET_OFFICER = "budget_officer", "预算科"
    LEADER = "leader", "局领导"
    OBSERVER = "observer", "人大、审计"
    PLAN_ADMIN = "plan_admin", "计划管理员"
    SYS_ADMIN = "sys_admin", "系统管理员"
    SEC_ADMIN = "sec_admin", "安全管理员"
    AUDIT_ADMIN = "audit_admin", "审计管理员"
    EXPERT = "expert", "专家"
    AGENCY = "agency", "第三方机构"


UNIT_ROLES = (Role.FILER, Role.UNIT_HEAD, Role.SUPERVISOR)
SECTION_ROLES = (Role.SECTION_REVIEWER, Role.PERFORMANCE_REVIEWER, Role.BUDGET_OFFICER)
ADMIN_ROLES = (Role.SYS_ADMIN, Role.SEC_ADMIN, Role.AUDIT_ADMIN)


class UserQuerySet(models.QuerySet["User"]):
    """Filters on people."""

    def looked_after_by(self, user: User) -> UserQuerySet:
        """People whose accounts the system or security administrator looks after."""
        seats = ("sys_admin", "sec_admin")
        places = [m.jurisdiction_id for m in user.in_force() if m.role in seats]
        held = Membership.objects.filter(jurisdiction__in=places).values("user")
        return self.filter(Q(jurisdiction__in=places) | Q(pk__in=held))


class UserManager(BaseUserManager["User"]):
    """Creates people; there is no superuser."""

    def get_queryset(self) -> UserQuerySet:
        """People with the filters of UserQuerySet."""
        return UserQuerySet(self.model, using=self._db)

    def looked_after_by(self, user: User) -> UserQuerySet:
        """People whose accounts the system or security administrator looks after."""
        return self.get_queryset().looked_after_by(user)

    def create_person(
        self, username: str, name: str, password: str | None = None, **more: object
    ) -> User:
        """Return a saved person; without a password nobody can log in with it."""
        more.setdefault("created_at", clock.now())
        user = self.model(username=username, name=name, **more)
        user.set_password(password) if password else user.set_unusable_password()
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person with an account. Rights come from dated memberships, never from the person."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    username = models.CharField("账号", max_length=40, unique=True)
    name = models.CharField("姓名", max_length=40)
    email = models.EmailField("邮箱", blank=True)
    phone = models.CharField("电话", max_length=30, blank=True)
    jurisdiction = models.ForeignKey(  # whose administrators look after the account
        Jurisdiction, models.PROTECT, null=True, blank=True, related_name="people"
    )
    is_active = models.BooleanField("启用", default=True)
    must_change_password = models.BooleanField(default=False)
    password_changed_at = models.DateTimeField(null=True, blank=True)
    session_epoch = models.PositiveIntegerField(default=0)  # raised to end all sessions (A08)
    created_at = models.DateTimeField(editable=False)

    objects: ClassVar[UserManager] = UserManager()

    _in_force: list[Membership] | None = None

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["username"]

    def __str__(self) -> str:
        return self.name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must carry to stay alive: the password and the epoch, keyed."""
        told = f"{self.password}:{self.session_epoch}"
        keyed = salted_hmac("organizations.session", told, secret=secret, algorithm="sha256")
        return keyed.hexdigest()

    def in_force(self) -> list[Membership]:
        """Memberships that hold today, with unit, section and jurisdiction.

        One query for the life of this object, that is of a request; a disabled person holds none.
        """
        if self._in_force is None:
            rows = self.memberships.held_today()
            self._in_force = list(rows) if self.is_active else []
        return self._in_force

    @classmethod
    def with_memberships(cls, pk: int) -> User | None:
        """The person with the memberships that hold today already read; None for a stranger.

        One query, and another for somebody who holds none.
        """
        held = list(Membership.objects.held_today().filter(user=pk).select_related("user"))
        if not held:
            return cls.objects.filter(pk=pk).first()
        person = held[0].user
        person._in_force = held if person.is_active else []
        return person

    def forget_memberships(self) -> None:
        """Read the memberships again at the next question."""
        self._in_force = None
        self.__dict__.pop("_shares", None)


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Filters on memberships."""

    def in_force(self, on: date) -> MembershipQuerySet:
        """Memberships that hold on the day (both ends included).

        A deputy's holds no longer than the one it stands in for: by its days, or taken back.
        """
        return self.filter(in_force_on(on))

    def held_today(self) -> MembershipQuerySet:
        """Memberships that hold today with their places, in the order in which they were given."""
        rows = self.in_force(clock.today()).order_by("id")
        return rows.select_related("unit", "section", "jurisdiction")

    def not_over(self, on: date) -> MembershipQuerySet:
        """Memberships that hold on the day or begin later."""
        lasting = Q(ends_on__isnull=True) | Q(ends_on__gte=on)
        return self.filter(lasting, revoked_at__isnull=True)


def in_force_on(on: date, of: str = "") -> Q:
    """Whether a membership holds on the day; `of` leads to it from a row of another table."""
    own = _holds(on, of)
    return own & (Q((f"{of}deputy_for__isnull", True)) | _holds(on, f"{of}deputy_for__"))


def _holds(on: date, of: str) -> Q:
    """Whether a membership holds on the day by itself."""
    lasting = Q((f"{of}ends_on__isnull", True)) | Q((f"{of}ends_on__gte", on))
    return lasting & Q((f"{of}starts_on__lte", on), (f"{of}revoked_at__isnull", True))


class Membership(models.Model):
    """A person holds a role in a unit, a section or a whole jurisdiction from one day to another.

    A deputy's membership names the membership it stands in for and always has an end.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    role = models.CharField("角色", max_length=20, choices=Role)
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="memberships")
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    section = models.ForeignKey(
        Section, models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    deputy_for = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="deputies"
    )
    starts_on = models.DateField("起")
    ends_on = models.DateField("止", null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)  # ended before its first day was over

    objects = MembershipQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["user", "role"], name="organizations_membership_user")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="organizations_membership_dates",
            ),
            models.CheckConstraint(
                condition=(
                    Q(
                        role__in=["filer", "unit_head", "supervisor"],
                        unit__isnull=False,
                        section__isnull=True,
                    )
                    | Q(
                        role__in=["section_reviewer", "performance_reviewer", "budget_officer"],
                        unit__isnull=True,
                        section__isnull=False,
                    )
                    | Q(
                        role__in=[
                            "leader",
                            "observer",
                            "plan_admin",
                            "sys_admin",
                            "sec_admin",
                            "audit_admin",
                            "expert",
                            "agency",
                        ],
                        unit__isnull=True,
                        section__isnull=True,
                    )
                ),
                name="organizations_membership_place_fits_role",
            ),
            models.CheckConstraint(
                condition=Q(deputy_for__isnull=True) | Q(ends_on__isnull=False),
                name="organizations_deputy_has_an_end",
            ),
            # The three administrators exclude each other (8.1.5.1-3): one open-ended seat a person.
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(
                    role__in=["sys_admin", "sec_admin", "audit_admin"], ends_on__isnull=True
                ),
                name="organizations_one_admin_seat",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}·{self.get_role_display()}"
