#pragma once
// Only the reentrant calls, which take a context, are offered.
#define GEOS_USE_ONLY_R_API
#include <geos_c.h>
