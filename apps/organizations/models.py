"""Who is who: jurisdictions, units, finance sections, people with dated memberships."""

from __future__ import annotations

import uuid
from datetime import date
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q


class Jurisdiction(models.Model):
    """One government with its own budget: 省, 地州市, 县 (区划代码 GB/T 2260)."""

    class Level(models.TextChoices):
        PROVINCE = "province", "省级"
        PREFECTURE = "prefecture", "地州市级"
        COUNTY = "county", "县级"

    code = models.CharField(
        "区划代码", max_length=6, unique=True, validators=[RegexValidator(r"^\d{6}$")]
    )
    name = models.CharField("名称", max_length=60)
    level = models.CharField("级次", max_length=12, choices=Level)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9]{6}$"),
                name="organizations_jurisdiction_code_6_digits",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class UnitQuerySet(models.QuerySet["Unit"]):
    """Filters on units."""

    def active(self) -> UnitQuerySet:
        """Units that still exist."""
        return self.filter(is_active=True)


class Unit(models.Model):
    """A unit that spends public money: 部门, 所属单位, 乡镇, 国有企业 (U-01).

    A classified unit (涉密) keeps its row so that it can be counted apart; its name is withheld on
    public pages by the pages' own queries (U-35, TRUST I02).
    """

    class Kind(models.TextChoices):
        DEPARTMENT = "department", "部门"
        SUBORDINATE = "subordinate", "所属单位"
        TOWN = "town", "乡镇"
        COMPANY = "company", "国有企业"
        OTHER = "other", "其他预算单位"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="units")
    code = models.CharField("预算单位编码", max_length=12)  # 3+3(+3) digits
    name = models.CharField("单位名称", max_length=100)
    kind = models.CharField("单位类型", max_length=12, choices=Kind)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name="主管部门",
    )
    credit_code = models.CharField("统一社会信用代码", max_length=18, blank=True)
    is_fund_manager = models.BooleanField("资金主管部门", default=False)  # U-36
    is_classified = models.BooleanField("涉密单位", default=False)
    is_active = models.BooleanField("在用", default=True)

    objects: ClassVar[models.Manager[Unit]] = UnitQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "code"], name="organizations_unit_code_unique"
            ),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9]{3}([0-9]{3}){0,2}$"),
                name="organizations_unit_code_digits",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
                name="organizations_unit_not_own_parent",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Section(models.Model):
    """A section of the finance bureau (业务科室, 绩效科, 预算科), by its local name (Y-112)."""

    class Kind(models.TextChoices):
        BUSINESS = "business", "业务科室"
        PERFORMANCE = "performance", "绩效科室"
        BUDGET = "budget", "预算科室"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="sections")
    code = models.CharField("标识", max_length=20)
    name = models.CharField("科室名称", max_length=40)
    kind = models.CharField("类别", max_length=12, choices=Kind)

    class Meta:
        ordering = ["jurisdiction", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "code"], name="organizations_section_code_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SectionAlias(models.Model):
    """Another name under which papers speak of a section: 乡财科 = 农财科 (Y-75, Y-112)."""

    section = models.ForeignKey(Section, models.CASCADE, related_name="aliases")
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="+")
    name = models.CharField("别名", max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "name"], name="organizations_section_alias_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SectionRoute(models.Model):
    """Which business section first reviews a filing: by fund tag or budget type first, then by unit (Y-75)."""

    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="routes")
    section = models.ForeignKey(Section, models.PROTECT, related_name="routes")
    fund_tag = models.CharField("资金标签", max_length=40, blank=True)
    budget_type = models.CharField("预算类型", max_length=12, blank=True)
    unit = models.ForeignKey(Unit, models.CASCADE, null=True, blank=True, related_name="routes")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(
                    (~Q(fund_tag="") & Q(budget_type="", unit__isnull=True))
                    | (Q(fund_tag="", unit__isnull=True) & ~Q(budget_type=""))
                    | Q(fund_tag="", budget_type="", unit__isnull=False)
                ),
                name="organizations_route_exactly_one_key",
            ),
            models.UniqueConstraint(
                fields=["jurisdiction", "fund_tag"],
                condition=~Q(fund_tag=""),
                name="organizations_route_tag",
            ),
            models.UniqueConstraint(
                fields=["jurisdiction", "budget_type"],
                condition=~Q(budget_type=""),
                name="organizations_route_budget_type",
            ),
            models.UniqueConstraint(
                fields=["unit"], condition=Q(unit__isnull=False), name="organizations_route_unit"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fund_tag or self.budget_type or self.unit} → {self.section}"


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


class UserManager(BaseUserManager["User"]):
    """Creates people; there is no superuser."""

    def create_person(
        self, username: str, name: str, password: str | None = None, **more: object
    ) -> User:
        """Return a saved person; without a password nobody can log in with it."""
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
    is_active = models.BooleanField("启用", default=True)
    must_change_password = models.BooleanField(default=False)
    password_changed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["username"]

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Filters on memberships."""

    def in_force(self, on: date) -> MembershipQuerySet:
        """Memberships that hold on the day (both ends included)."""
        return self.filter(starts_on__lte=on).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on))


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

    objects: ClassVar[models.Manager[Membership]] = MembershipQuerySet.as_manager()  # type: ignore[assignment]

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


class PastPassword(models.Model):
    """A former password hash, kept so that the last five are not used again (dengbao3 profile)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="past_passwords")
    hashed = models.CharField(max_length=200)
    set_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["user", "-set_at"], name="organizations_past_password")]

    def __str__(self) -> str:
        return f"{self.user_id}"


class LoginGuard(models.Model):
    """Failed log-ins of one account name or one address; the count is raised atomically (TRUST A02)."""

    key = models.CharField(max_length=120, unique=True)  # "name:…" or "ip:…"
    n_failures = models.PositiveIntegerField(default=0)
    first_failed_at = models.DateTimeField()
    locked_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.key


class OneTimeLink(models.Model):
    """A link that lets one person set a password once: the first administrators, a forgotten password."""

    user = models.ForeignKey(User, models.CASCADE, related_name="links")
    hashed = models.CharField(
        max_length=64, unique=True
    )  # SHA-256 of the token; the token is shown once
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.user_id}"


class ApiToken(models.Model):
    """A program's key that acts with one person's rights; only its hash is kept (TRUST A13)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    name = models.CharField("用途", max_length=60)
    hashed = models.CharField(max_length=64, unique=True)
    may_write = models.BooleanField("可写", default=False)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField("到期")
    last_used_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
