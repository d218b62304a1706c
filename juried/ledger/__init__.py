"""The contradiction ledger: one quantity with two values, or one finding with two directions, side by side."""

from juried.ledger.finding import find_in_statements as find_in_statements
from juried.ledger.finding import find_in_works as find_in_works
from juried.ledger.statements import PlacedTable as PlacedTable
from juried.ledger.statements import Statement as Statement
from juried.ledger.statements import of_claim as of_claim
from juried.ledger.statements import sentence as sentence
from juried.ledger.statements import statements_of as statements_of
from juried.ledger.statements import with_claim as with_claim
