//! The submodels of the week, in schedule order, and their parameters.

use serde::Deserialize;

/// All parameters, one field per submodel or mechanic.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {}
