"""The model of the Mexico case: ten mechanisms over 150 groups and a few national stocks."""

from crossroads.cases.mexico.model.cooperation import COOPERATION
from crossroads.cases.mexico.model.drugs import DRUGS
from crossroads.cases.mexico.model.economy import ECONOMY
from crossroads.cases.mexico.model.force import FORCE
from crossroads.cases.mexico.model.groups import GROUPS
from crossroads.cases.mexico.model.guns import GUNS
from crossroads.cases.mexico.model.prevention import PREVENTION
from crossroads.cases.mexico.model.rents import RENTS
from crossroads.cases.mexico.model.sentiment import SENTIMENT
from crossroads.cases.mexico.model.strengths import describe_groups
from crossroads.cases.mexico.model.trend import TREND
from crossroads.simulation.contract import Model

MODEL = Model(
    "mexico",
    (GROUPS, FORCE, SENTIMENT, COOPERATION, PREVENTION, DRUGS, GUNS, TREND, RENTS, ECONOMY),
    describe_groups(),
)
