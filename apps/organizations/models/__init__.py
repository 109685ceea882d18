"""Who is who: jurisdictions, units, finance sections, people with dated memberships."""

from apps.organizations.models.access import ApiToken, LoginGuard, OneTimeLink, PastPassword
from apps.organizations.models.liaisons import Liaison, LiaisonQuerySet
from apps.organizations.models.people import (
    ADMIN_ROLES,
    SECTION_ROLES,
    UNIT_ROLES,
    Membership,
    MembershipQuerySet,
    Role,
    User,
    UserManager,
    in_force_on,
)
from apps.organizations.models.places import (
    REGION_READERS,
    Jurisdiction,
    Section,
    SectionAlias,
    SectionRoute,
    Unit,
    UnitQuerySet,
)

__all__ = [
    "ADMIN_ROLES",
    "REGION_READERS",
    "SECTION_ROLES",
    "UNIT_ROLES",
    "ApiToken",
    "Jurisdiction",
    "Liaison",
    "LiaisonQuerySet",
    "LoginGuard",
    "Membership",
    "MembershipQuerySet",
    "OneTimeLink",
    "PastPassword",
    "Role",
    "Section",
    "SectionAlias",
    "SectionRoute",
    "Unit",
    "UnitQuerySet",
    "User",
    "UserManager",
    "in_force_on",
]
