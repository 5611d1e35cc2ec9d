"""What the engine takes from numba and llvmlite beside `types`: they have no types of their own.

Everything here but `njit`, `intrinsic` and `ir` may change between versions of numba.
"""

from __future__ import annotations

from typing import Any

import llvmlite
import llvmlite.binding
import llvmlite.ir
import numba
import numba.core.cgutils
import numba.core.typing.templates
import numba.extending

ir: Any = llvmlite.ir
llvmlite_version: str = llvmlite.__version__
llvm: Any = llvmlite.binding
config: Any = numba.config
njit: Any = numba.njit
intrinsic: Any = numba.extending.intrinsic
lower_builtin: Any = numba.extending.lower_builtin
lower_cast: Any = numba.extending.lower_cast
infer_global: Any = numba.core.typing.templates.infer_global
signature: Any = numba.core.typing.templates.signature
make_proxy: Any = numba.core.cgutils.create_struct_proxy
PrimitiveModel: Any = numba.extending.models.PrimitiveModel
register_model: Any = numba.extending.register_model
NamedUniTuple: Any = numba.types.NamedUniTuple
UniTuple: Any = numba.types.UniTuple
