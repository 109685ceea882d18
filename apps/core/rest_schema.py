"""How the API is described: each operation in a few words, with all that it may answer."""

from __future__ import annotations

import inspect
import re
from typing import Any, Literal

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers

from apps.core.uploads import XLSX_TYPE

WORKBOOK = {(200, XLSX_TYPE): OpenApiTypes.BINARY}
ANYWAY = ("400", "401", "403", "404", "500")
WHEN_WRITING = ("409", "413", "415")
Direction = Literal["request", "response"]


class FaultShape(serializers.Serializer[Any]):
    """One wrong field of the input."""

    path = serializers.CharField()
    name = serializers.CharField()
    message = serializers.CharField()


class Refusal(serializers.Serializer[Any]):
    """What every refusal says: a code for programs, a sentence for people."""

    code = serializers.CharField()
    detail = serializers.CharField()
    faults = FaultShape(many=True, required=False)


class Described(AutoSchema):
    """The framework's description and, for each operation, the refusals."""

    def get_summary(self) -> str | None:
        """The view's first words; an operation with words of its own has them declared."""
        return re.split("[：；。]", inspect.getdoc(self.view) or "")[0] or None

    def _get_response_bodies(self, direction: Direction = "response") -> dict[str, Any]:
        """The good answers as declared, and every refusal in its one shape."""
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        for status in ANYWAY if self.method == "GET" else ANYWAY + WHEN_WRITING:
            if status not in bodies:
                bodies[status] = self._get_response_for_code(  # type: ignore[no-untyped-call]
                    Refusal, status, ["application/json"]
                )
        return bodies
