//! Quantities of resources: `100m`, `64Mi`, `1.5`, `2e3`.

use std::cmp::Ordering;
use std::fmt;
use std::ops::{Add, Sub};

/// How a quantity is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Powers of 1024: `Ki`, `Mi`, `Gi`.
    BinarySi,
    /// Powers of 1000: `m`, `k`, `M`.
    DecimalSi,
    /// Powers of ten: `1e3`.
    DecimalExponent,
}

/// A number with a suffix, exact to nano units.
///
/// Upstream: `apimachinery/pkg/api/resource/quantity.go`.
#[derive(Clone, Copy, Debug)]
pub struct Quantity {
    /// The value in units of 10⁻⁹.
    nanos: i128,
    /// How it was written, and how it is printed.
    pub format: Format,
}

/// The text is not a quantity; [`fmt::Display`] gives upstream's sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseError {
    /// The number or the suffix is wrong.
    Format,
    /// The text is empty.
    Empty,
    /// The suffix is not known.
    Suffix,
    /// The number is not one.
    Numeric,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Format | Self::Empty => {
                r"quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
            }
            Self::Suffix => "unable to parse quantity's suffix",
            Self::Numeric => "unable to parse numeric part of quantity",
        })
    }
}

const NANO: i128 = 1_000_000_000;
const BINARY: [(&str, u32); 6] = [("Ki", 10), ("Mi", 20), ("Gi", 30), ("Ti", 40), ("Pi", 50), ("Ei", 60)];
const DECIMAL: [(&str, i32); 10] =
    [("n", -9), ("u", -6), ("m", -3), ("", 0), ("k", 3), ("M", 6), ("G", 9), ("T", 12), ("P", 15), ("E", 18)];

impl Quantity {
    /// A whole number of units.
    pub const fn from_units(units: i64, format: Format) -> Self {
        Self { nanos: units as i128 * NANO, format }
    }

    /// A number of thousandths, as of CPU.
    pub const fn from_millis(millis: i64) -> Self {
        Self { nanos: millis as i128 * (NANO / 1000), format: Format::DecimalSi }
    }

    /// Reads a quantity.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        if text.is_empty() {
            return Err(ParseError::Empty);
        }
        let (negative, unsigned) = match text.as_bytes()[0] {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        let end = unsigned.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(unsigned.len());
        let (number, suffix) = unsigned.split_at(end);
        let well_formed = !number.is_empty()
            && suffix
                .trim_start_matches(|c| "eEinumkKMGTP".contains(c))
                .trim_start_matches(['-', '+'])
                .chars()
                .all(|c| c.is_ascii_digit());
        if !well_formed {
            return Err(ParseError::Format);
        }
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if fraction.contains('.') || whole.len() + fraction.len() == 0 {
            return Err(ParseError::Format);
        }
        let (multiplier, exponent, format) = scale(suffix).ok_or(ParseError::Suffix)?;
        let digits: i128 = format!("{whole}{fraction}").parse().map_err(|_| ParseError::Numeric)?;
        let power = exponent + 9 - fraction.len() as i32;
        let scaled = digits.checked_mul(multiplier).ok_or(ParseError::Numeric)?;
        let magnitude = if power >= 0 {
            10_i128
                .checked_pow(power as u32)
                .and_then(|factor| scaled.checked_mul(factor))
                .ok_or(ParseError::Numeric)?
        } else {
            // What is finer than a nano unit is rounded up.
            let divisor = 10_i128.checked_pow(power.unsigned_abs()).ok_or(ParseError::Numeric)?;
            scaled.div_euclid(divisor) + i128::from(scaled.rem_euclid(divisor) != 0)
        };
        Ok(Self { nanos: if negative { -magnitude } else { magnitude }, format })
    }

    /// The value in whole units, rounded up (`Value()` upstream).
    pub fn units(self) -> i64 {
        clamp(self.nanos.div_euclid(NANO) + i128::from(self.nanos.rem_euclid(NANO) != 0))
    }

    /// The value in thousandths, rounded up (`MilliValue()` upstream).
    pub fn millis(self) -> i64 {
        let unit = NANO / 1000;
        clamp(self.nanos.div_euclid(unit) + i128::from(self.nanos.rem_euclid(unit) != 0))
    }

    /// The value as a float.
    pub fn as_f64(self) -> f64 {
        self.nanos as f64 / NANO as f64
    }

    /// Whether it is zero.
    pub fn is_zero(self) -> bool {
        self.nanos == 0
    }

    /// -1, 0 or 1.
    pub fn signum(self) -> i32 {
        self.nanos.signum() as i32
    }

    /// Whether the value is a whole number of units.
    pub fn is_whole(self) -> bool {
        self.nanos % NANO == 0
    }
}

impl Add for Quantity {
    type Output = Self;

    /// The sum, in the format of `self` (of `other` if `self` is zero).
    fn add(self, other: Self) -> Self {
        let format = if self.is_zero() { other.format } else { self.format };
        Self { nanos: self.nanos.saturating_add(other.nanos), format }
    }
}

impl Sub for Quantity {
    type Output = Self;

    /// The difference, in the format of `self` (of `other` if `self` is zero).
    fn sub(self, other: Self) -> Self {
        let format = if self.is_zero() { other.format } else { self.format };
        Self { nanos: self.nanos.saturating_sub(other.nanos), format }
    }
}

fn clamp(value: i128) -> i64 {
    i64::try_from(value).unwrap_or(if value < 0 { i64::MIN } else { i64::MAX })
}

/// The factor, the power of ten and the format of a suffix.
fn scale(suffix: &str) -> Option<(i128, i32, Format)> {
    if let Some((_, shift)) = BINARY.iter().find(|(name, _)| *name == suffix) {
        return Some((1 << shift, 0, Format::BinarySi));
    }
    if let Some((_, power)) = DECIMAL.iter().find(|(name, _)| *name == suffix) {
        return Some((1, *power, Format::DecimalSi));
    }
    let exponent: i32 = suffix.strip_prefix(['e', 'E'])?.parse().ok()?;
    (-30..=30).contains(&exponent).then_some((1, exponent, Format::DecimalExponent))
}

impl PartialEq for Quantity {
    fn eq(&self, other: &Self) -> bool {
        self.nanos == other.nanos
    }
}

impl Eq for Quantity {}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Quantity {
    fn cmp(&self, other: &Self) -> Ordering {
        self.nanos.cmp(&other.nanos)
    }
}

impl fmt::Display for Quantity {
    /// The canonical form: the largest suffix that needs no fraction.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.nanos == 0 {
            return f.write_str("0");
        }
        let sign = if self.nanos < 0 { "-" } else { "" };
        let magnitude = self.nanos.abs();
        // Binary suffixes are for whole numbers from 1024 on; all else is written in decimal.
        if self.format == Format::BinarySi && magnitude % NANO == 0 && magnitude >= 1024 * NANO {
            let units = magnitude / NANO;
            let (name, shift) =
                BINARY.iter().rev().find(|(_, shift)| units % (1 << shift) == 0).unwrap_or(&("", 0));
            return write!(f, "{sign}{}{name}", units >> shift);
        }
        let (name, power) = DECIMAL
            .iter()
            .rev()
            .find(|(_, power)| magnitude % 10_i128.pow((power + 9) as u32) == 0)
            .unwrap_or(&("n", -9));
        let number = magnitude / 10_i128.pow((power + 9) as u32);
        if self.format == Format::DecimalExponent && *power != 0 {
            return write!(f, "{sign}{number}e{power}");
        }
        write!(f, "{sign}{number}{name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_forms() {
        for (text, canonical) in [
            ("0.2", "200m"),
            ("200m", "200m"),
            ("1000m", "1"),
            ("10Mi", "10Mi"),
            ("1024Ki", "1Mi"),
            ("0.5Gi", "512Mi"),
            ("1.5", "1500m"),
            ("8025048Ki", "8025048Ki"),
            ("1e3", "1e3"),
            ("1000", "1k"),
            ("128974848", "128974848"),
            ("0", "0"),
            ("-5", "-5"),
            ("500Ki", "500Ki"),
            ("0.1Ki", "102400m"),
        ] {
            assert_eq!(Quantity::parse(text).unwrap().to_string(), canonical, "{text}");
        }
    }

    #[test]
    fn refuses() {
        assert_eq!(Quantity::parse("lots"), Err(ParseError::Format));
        assert_eq!(Quantity::parse("1 Gi"), Err(ParseError::Format));
        assert_eq!(Quantity::parse("12MiB"), Err(ParseError::Format));
        assert_eq!(Quantity::parse("12mi"), Err(ParseError::Suffix));
        assert_eq!(Quantity::parse("1.2.3"), Err(ParseError::Format));
        assert_eq!(Quantity::parse(""), Err(ParseError::Empty));
    }
}
