"""The model of the Mexico case: ten mechanisms over 150 groups and a few national stocks."""

from crossroads.simulation.contract import Model

from .cooperation import COOPERATION
from .drugs import DRUGS
from .economy import ECONOMY
from .force import FORCE
from .fringe import FRINGE
from .groups import GROUPS
from .guns import GUNS
from .leaders import LEADERS
from .mission import MISSION
from .people import PEOPLE
from .prevention import PREVENTION
from .record import RECORD
from .rents import RENTS
from .review import REVIEW
from .rule_of_law import RULE_OF_LAW
from .sentiment import SENTIMENT
from .standing import STANDING
from .strengths import describe_groups
from .trend import TREND

MODEL = Model(
    "mexico",
    (
        GROUPS,
        FRINGE,
        LEADERS,
        RECORD,
        MISSION,
        REVIEW,
        FORCE,
        SENTIMENT,
        COOPERATION,
        PREVENTION,
        DRUGS,
        GUNS,
        TREND,
        RENTS,
        ECONOMY,
        RULE_OF_LAW,
        PEOPLE,
        STANDING,
    ),
    describe_groups(),
)
