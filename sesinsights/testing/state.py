"""Everything that an emulator holds."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from sesinsights.forks import renew_in_child
from sesinsights.testing.account_settings import AccountSettings
from sesinsights.testing.configuration_sets import ConfigurationSets
from sesinsights.testing.downloads import Links
from sesinsights.testing.email_address_insights import EmailAddressInsights
from sesinsights.testing.event_destinations import EventDestinations
from sesinsights.testing.export_request import ExportRequestRules
from sesinsights.testing.faults import FaultQueue
from sesinsights.testing.import_jobs import ImportJobs
from sesinsights.testing.jobs import ExportJobs
from sesinsights.testing.message_insights import MessageInsights
from sesinsights.testing.messages import Mailbox
from sesinsights.testing.metric_data import MetricData
from sesinsights.testing.outgoing_mail import OutgoingMail
from sesinsights.testing.publishing import Publisher
from sesinsights.testing.reputation import Reputation
from sesinsights.testing.sending import Sending
from sesinsights.testing.suppression import Suppression, SuppressionList

if TYPE_CHECKING:
    from datetime import datetime

    from sesinsights.clock import Clock
    from sesinsights.testing.options import Options
    from sesinsights.testing.protocol import Protocol


class State:
    """The parts of an emulator that outlive a request; hold `lock` to read or change them.

    A part with a method that is named as boto3 names an operation implements that operation.

    Args:
        options: The emulator's options.
        clock: The clock that tells the time.
        protocol: The service model, which says what requests and responses may contain.
    """

    def __init__(self, options: Options, clock: Clock, protocol: Protocol) -> None:
        self.options = options
        self.clock = clock
        self.protocol = protocol
        self.lock = threading.RLock()
        renew_in_child(self, lock=threading.RLock)
        self.faults = FaultQueue()
        self.mailbox = Mailbox(
            protocol.enum_values("EventType"), protocol.enum_values("BounceType")
        )
        self.message_insights = MessageInsights(options, self.mailbox)
        self.metric_data = MetricData(options, self.mailbox, self.faults)
        self.email_address_insights = EmailAddressInsights(self.mailbox)
        self.suppression_list = SuppressionList()
        self.suppression = Suppression(self.suppression_list, options, self.faults)
        self.account_settings = AccountSettings(options, self.mailbox, self.suppression_list)
        self.links = Links(options)
        self.export_jobs = ExportJobs(
            options,
            self.mailbox,
            self.links,
            self.faults,
            ExportRequestRules(protocol.input_shape("CreateExportJob")),
        )
        self.import_jobs = ImportJobs(options, self.suppression_list, self.links, self.faults)
        self.configuration_sets = ConfigurationSets(self.faults)
        self.event_destinations = EventDestinations(self.configuration_sets)
        self.reputation = Reputation(options, self.faults)
        self.publisher = Publisher(self.event_destinations)
        self.outgoing_mail = OutgoingMail(
            self.configuration_sets,
            self.mailbox,
            self.suppression_list,
            self.export_jobs,
            self.publisher,
        )
        self.sending = Sending(options, self.configuration_sets, self.outgoing_mail)

    def settle(self, now: datetime) -> None:
        """Complete what is due by now, before anything is read or changed."""
        self.import_jobs.settle(now)

    def file(self, job_id: str, now: datetime) -> tuple[str, bytes]:
        """Return the format and the content of the file that a link to a job leads to."""
        return self.import_jobs.file(job_id) or self.export_jobs.file(job_id, now)
