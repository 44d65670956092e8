"""Mail that the tests send: from whom, to whom, by which template."""

from __future__ import annotations

from sesinsights.classic import models

SOURCE = "shop@example.com"
READER = models.Destination(to_addresses=["reader@example.com"])


def template(name: str = "order", subject: str = "Order {{number}}") -> models.Template:
    """Return a template with one variable."""
    return models.Template(
        template_name=name, subject_part=subject, text_part="Hello", html_part="<p>Hello</p>"
    )


def entries(count: int) -> list[models.BulkEmailDestination]:
    """Return destinations of one recipient each."""
    return [
        models.BulkEmailDestination(
            destination=models.Destination(to_addresses=[f"reader{number}@example.com"])
        )
        for number in range(count)
    ]


def bulk_requests(count: int) -> list[models.SendBulkTemplatedEmailRequest]:
    """Return calls of one destination each."""
    return [
        models.SendBulkTemplatedEmailRequest(
            source=SOURCE, template="order", default_template_data={}, destinations=[entry]
        )
        for entry in entries(count)
    ]
