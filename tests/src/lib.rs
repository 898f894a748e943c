//! Tests over the whole of Podground live beside this file.
