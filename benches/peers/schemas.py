"""Splink settings: one per known set of columns, in the style of Splink's own demos, untuned.

The first schema whose columns are all in the file is taken. A schema names the expressions that clean its columns,
the comparisons, the rules that make candidate pairs, the rules that are nearly always right with the recall that is
assumed of them, and the rules that training blocks on.
"""

from dataclasses import dataclass

import splink.comparison_library as cl
from splink import block_on

DIGITS = "regexp_replace({}, '[^0-9]', '', 'g')"
WORDS = "trim(regexp_replace(lower({}), '[^a-z0-9]+', ' ', 'g'))"


@dataclass
class Schema:
    columns: dict  # column -> SQL expression with {} for the column
    comparisons: list
    candidates: list
    certain: list
    certain_recall: float
    training: list


def exact(column):
    return cl.ExactMatch(column).configure(term_frequency_adjustments=True)


def text(column):
    return cl.JaroWinklerAtThresholds(column, [0.92, 0.8]).configure(term_frequency_adjustments=True)


def schemas():
    return [
        # Splink's tutorial.
        Schema(
            dict.fromkeys(["first_name", "surname", "dob", "city", "email"], "{}"),
            [
                cl.NameComparison("first_name"),
                cl.NameComparison("surname"),
                cl.LevenshteinAtThresholds("dob", 1),
                exact("city"),
                cl.EmailComparison("email"),
            ],
            [block_on("first_name", "city"), block_on("surname"), block_on("dob")],
            [
                block_on("first_name", "dob"),
                "l.first_name = r.first_name and levenshtein(r.surname, l.surname) <= 2",
                block_on("email"),
            ],
            0.7,
            [block_on("first_name", "surname"), block_on("dob")],
        ),
        # Splink's demo of the Febrl files.
        Schema(
            dict.fromkeys(
                ["given_name", "surname", "street_number", "postcode", "date_of_birth", "soc_sec_id"], "trim({})"
            ),
            [
                cl.NameComparison("given_name"),
                cl.NameComparison("surname"),
                cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d"),
                cl.DamerauLevenshteinAtThresholds("soc_sec_id", [2]),
                exact("street_number"),
                exact("postcode"),
            ],
            [block_on(c) for c in ["soc_sec_id", "given_name", "surname", "date_of_birth", "postcode"]],
            [
                block_on("soc_sec_id"),
                block_on("given_name", "surname", "date_of_birth"),
                "l.given_name = r.surname and l.surname = r.given_name and l.date_of_birth = r.date_of_birth",
            ],
            0.9,
            [block_on("date_of_birth"), block_on("postcode")],
        ),
        # Splink's demo of historical persons.
        Schema(
            dict.fromkeys(["first_name", "surname", "dob", "birth_place", "postcode_fake", "occupation"], "{}"),
            [
                cl.ForenameSurnameComparison("first_name", "surname"),
                cl.DateOfBirthComparison("dob", input_is_string=True),
                cl.PostcodeComparison("postcode_fake"),
                exact("birth_place"),
                exact("occupation"),
            ],
            [
                block_on("substr(first_name, 1, 3)", "substr(surname, 1, 4)"),
                block_on("surname", "dob"),
                block_on("first_name", "dob"),
                block_on("postcode_fake", "first_name"),
                block_on("postcode_fake", "surname"),
                block_on("dob", "birth_place"),
                block_on("substr(postcode_fake, 1, 3)", "dob"),
                block_on("substr(postcode_fake, 1, 3)", "first_name"),
                block_on("substr(postcode_fake, 1, 3)", "surname"),
                block_on("substr(first_name, 1, 2)", "substr(surname, 1, 2)", "substr(dob, 1, 4)"),
            ],
            [
                block_on("first_name", "surname", "dob"),
                block_on("substr(first_name, 1, 2)", "surname", "substr(postcode_fake, 1, 2)"),
                block_on("dob", "postcode_fake"),
            ],
            0.6,
            [block_on("first_name", "surname"), block_on("dob")],
        ),
        # Sites with a name, an address, a postal code and a phone.
        Schema(
            {"site_name": WORDS, "address": WORDS, "zip": "left({}, 5)", "phone": DIGITS},
            [text("site_name"), text("address"), exact("zip"), cl.LevenshteinAtThresholds("phone", 1)],
            [block_on("phone"), block_on("address"), block_on("site_name"), block_on("zip")],
            [block_on("site_name", "address"), block_on("phone", "address")],
            0.7,
            [block_on("phone"), block_on("address")],
        ),
        # Places with a name, an address, a city and a phone.
        Schema(
            {"name": WORDS, "addr": WORDS, "city": WORDS, "phone": DIGITS},
            [text("name"), text("addr"), exact("city"), cl.LevenshteinAtThresholds("phone", 1)],
            [block_on("phone"), block_on("name"), block_on("addr"), block_on("substr(name, 1, 4)", "city")],
            [block_on("phone"), block_on("name", "city")],
            0.8,
            [block_on("phone"), block_on("name")],
        ),
        # Persons with every kind of contact.
        Schema(
            {
                "first_name": "lower({})",
                "last_name": "lower({})",
                "dob": "{}",
                "phone": f"right({DIGITS}, 10)",
                "email": "lower({})",
                "address": WORDS,
                "zip": "left({}, 5)",
            },
            [
                cl.NameComparison("first_name"),
                cl.NameComparison("last_name"),
                cl.DateOfBirthComparison("dob", input_is_string=True),
                exact("phone"),
                cl.EmailComparison("email"),
                text("address"),
                exact("zip"),
            ],
            [block_on("phone"), block_on("email"), block_on("last_name", "dob"), block_on("zip", "last_name")],
            [block_on("first_name", "last_name", "dob"), block_on("email", "last_name")],
            0.7,
            [block_on("last_name", "dob"), block_on("email")],
        ),
    ]


def schema_for(columns):
    """The first schema whose columns are all there, or nothing."""
    return next((s for s in schemas() if set(s.columns) <= set(columns)), None)
