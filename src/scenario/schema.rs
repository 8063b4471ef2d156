//! JSON Schema of the scenario file, for editors.
