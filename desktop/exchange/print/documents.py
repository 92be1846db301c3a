"""The index of papers: one function a document, each writes one PDF and says what it came to."""

from __future__ import annotations

from desktop.exchange.print.brief import print_brief
from desktop.exchange.print.chief_copy import print_chief_copy
from desktop.exchange.print.chiefs import print_chiefs
from desktop.exchange.print.day_log import print_log
from desktop.exchange.print.door_sign import print_door_sign
from desktop.exchange.print.fonts import MissingGlyphs
from desktop.exchange.print.forms import print_forms
from desktop.exchange.print.handover import (
    Question,
    Receipt,
    print_conflicts,
    print_receipt,
    questions,
    receipt_of,
)
from desktop.exchange.print.held import print_held
from desktop.exchange.print.item_lists import print_items
from desktop.exchange.print.item_slips import print_intake, print_order
from desktop.exchange.print.ledger import print_ledger
from desktop.exchange.print.missed import print_missed
from desktop.exchange.print.month import print_month
from desktop.exchange.print.notice import print_notice
from desktop.exchange.print.page import NothingToPrint, Printed
from desktop.exchange.print.poster import print_elevation
from desktop.exchange.print.recovery import print_recovery
from desktop.exchange.print.retention import print_retention
from desktop.exchange.print.rollup import print_rollup
from desktop.exchange.print.stairs import print_stairs

__all__ = [
    "MissingGlyphs",
    "NothingToPrint",
    "Printed",
    "Question",
    "Receipt",
    "print_brief",
    "print_chief_copy",
    "print_chiefs",
    "print_conflicts",
    "print_door_sign",
    "print_elevation",
    "print_forms",
    "print_held",
    "print_intake",
    "print_items",
    "print_ledger",
    "print_log",
    "print_missed",
    "print_month",
    "print_notice",
    "print_order",
    "print_receipt",
    "print_recovery",
    "print_retention",
    "print_rollup",
    "print_stairs",
    "questions",
    "receipt_of",
]
