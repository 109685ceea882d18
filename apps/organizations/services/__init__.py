"""Every change to places, people, rights and keys."""

from apps.organizations.services.access import (
    change_password,
    end_other_sessions,
    issue_link,
    log_in,
    log_in_again,
    log_out,
    redeem_link,
    shut_all_doors,
    unlock,
)
from apps.organizations.services.grants import (
    appoint_deputy,
    end_membership,
    grant,
    hand_over,
)
from apps.organizations.services.leaving import Change, hand_over_person
from apps.organizations.services.liaisons import end_liaison, register_liaison
from apps.organizations.services.people import (
    create_first_admins,
    create_person,
    disable,
    enable,
    issue_opening_links,
    update_person,
)
from apps.organizations.services.places import (
    create_section,
    create_unit,
    remove_route,
    rename_section,
    set_route,
    update_unit,
)
from apps.organizations.services.regions import register_region
from apps.organizations.services.tokens import make_token, revoke_token

__all__ = [
    "Change",
    "appoint_deputy",
    "change_password",
    "create_first_admins",
    "create_person",
    "create_section",
    "create_unit",
    "disable",
    "enable",
    "end_liaison",
    "end_membership",
    "end_other_sessions",
    "grant",
    "hand_over",
    "hand_over_person",
    "issue_link",
    "issue_opening_links",
    "log_in",
    "log_in_again",
    "log_out",
    "make_token",
    "redeem_link",
    "register_liaison",
    "register_region",
    "remove_route",
    "rename_section",
    "revoke_token",
    "set_route",
    "shut_all_doors",
    "unlock",
    "update_person",
    "update_unit",
]
