//! The two languages every text comes in.

use serde::{Deserialize, Serialize};

/// A language of the lessons and of the app.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Korean.
    Ko,
}

impl Language {
    /// Both languages, in the order of their codes.
    pub const ALL: [Language; 2] = [Language::En, Language::Ko];

    /// The code used in file names and in `lang` attributes.
    pub fn code(self) -> &'static str {
        match self {
            Language::En => "en",
            Language::Ko => "ko",
        }
    }

    /// The language of a code such as `ko` or `ko-KR`; `None` for one that is not spoken here.
    pub fn from_code(code: &str) -> Option<Language> {
        let primary = code.split(['-', '_']).next().unwrap_or(code);
        Language::ALL.into_iter().find(|language| primary.eq_ignore_ascii_case(language.code()))
    }
}

/// One text in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Localized {
    /// The English text.
    pub en: String,
    /// The Korean text.
    pub ko: String,
}

impl Localized {
    /// The text in `language`.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::En => &self.en,
            Language::Ko => &self.ko,
        }
    }

    /// Each language with its text.
    pub fn iter(&self) -> impl Iterator<Item = (Language, &str)> {
        Language::ALL.into_iter().map(|language| (language, self.get(language)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn language_codes_of_browsers_are_understood() {
        assert_eq!(Language::from_code("ko-KR"), Some(Language::Ko));
        assert_eq!(Language::from_code("EN_us"), Some(Language::En));
        assert_eq!(Language::from_code("fr"), None);
    }
}
