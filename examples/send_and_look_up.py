"""Create a template, preview it, send it with SES API v1, then look the message up.

pip install '.[testing]' 'moto[server]'    # in a checkout
python examples/send_and_look_up.py        # against the emulator, and moto for API v1
python examples/send_and_look_up.py --aws --region eu-west-1 --source me@example.com --to you@…
"""

from __future__ import annotations

import argparse
import logging
from contextlib import ExitStack

from sesinsights import SESClassic, SESInsights, errors
from sesinsights.classic import models
from sesinsights.testing import SESEmulator

TEMPLATE = models.Template(
    template_name="sesinsights-example",
    subject_part="Your order {{number}}",
    text_part="Dear {{name}}, your order {{number}} is on its way.",
    html_part="<p>Dear {{name}}, your order {{number}} is on its way.</p>",
)
DATA = {"name": "Ada", "number": "42"}


def send(classic: SESClassic, source: str, recipient: str) -> str:
    """Send the message, and return its id."""
    try:
        classic.create_template(template=TEMPLATE)
    except errors.AlreadyExistsError:
        classic.update_template(template=TEMPLATE)
    try:
        classic.render_check(TEMPLATE.template_name, {"name": "Ada"})
    except errors.MissingRenderingAttributeError as error:
        print(f"Without {error.attribute!r} the mail would be accepted and never arrive.")
    preview = classic.render_check(TEMPLATE.template_name, DATA).rendered_template
    print(next(line for line in preview.splitlines() if line.startswith("Subject:")))
    sent = classic.send_templated_email(
        source=source,
        destination=models.Destination(to_addresses=[recipient]),
        template=TEMPLATE.template_name,
        template_data=DATA,
    )
    print(f"Sent {sent.message_id}")
    return sent.message_id


def look_up(ses: SESInsights, message_id: str) -> None:
    """Print what is known about the message; on AWS, this takes a few minutes to appear."""
    for lookup in ses.iter_message_insights([message_id]):
        if lookup.message is None:
            print(f"Not there yet: {lookup.error}")
            return
        events = [event.type for part in lookup.message.insights for event in part.events]
        print(f"Known of it: {', '.join(map(str, events))}")


def main() -> None:
    """Send and look up, on AWS or on this machine."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--aws", action="store_true", help="use your AWS account")
    parser.add_argument("--region", help="the AWS Region")
    parser.add_argument("--source", default="shop@example.com", help="a verified address")
    parser.add_argument("--to", default="reader@example.net", help="the recipient")
    options = parser.parse_args()
    with ExitStack() as closing:
        if options.aws:
            classic = closing.enter_context(SESClassic(region_name=options.region))
            ses = closing.enter_context(SESInsights(region_name=options.region))
            look_up(ses, send(classic, options.source, options.to))
            return
        from moto.server import ThreadedMotoServer

        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        emulator = closing.enter_context(SESEmulator())
        moto = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        moto.start()
        closing.callback(moto.stop)
        host, port = moto.get_host_and_port()
        region = "us-east-1"
        classic = closing.enter_context(
            SESClassic(endpoint_url=f"http://{host}:{port}", region_name=region)
        )
        classic.client.verify_email_identity(EmailAddress=options.source)
        ses = closing.enter_context(
            SESInsights(endpoint_url=emulator.endpoint_url, region_name=region)
        )
        message_id = send(classic, options.source, options.to)
        emulator.add_message(message_id=message_id, destination=options.to)
        look_up(ses, message_id)


if __name__ == "__main__":
    main()
