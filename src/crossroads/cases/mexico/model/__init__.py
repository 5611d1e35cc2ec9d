"""The model of the Mexico case: ten mechanisms over 150 groups and a few national stocks."""

from crossroads.simulation.contract import Model

from .cooperation import COOPERATION
from .drugs import DRUGS
from .economy import ECONOMY
from .force import FORCE
from .groups import GROUPS
from .guns import GUNS
from .prevention import PREVENTION
from .rents import RENTS
from .sentiment import SENTIMENT
from .strengths import describe_groups
from .trend import TREND

MODEL = Model(
    "mexico",
    (GROUPS, FORCE, SENTIMENT, COOPERATION, PREVENTION, DRUGS, GUNS, TREND, RENTS, ECONOMY),
    describe_groups(),
)
