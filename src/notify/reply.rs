//! What a reply of a mail server means at each phase (RFC 5321 4.2, enhanced codes of RFC 3463): the same number says
//! something else about us, about the recipient, and about the message. Pure.

use super::transport::Outcome;

/// A reply that is not a yes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reply {
    /// The three digits.
    pub code: u16,
    /// The server's words, with the enhanced code if it gives one.
    pub text: String,
}

impl Reply {
    /// `MAIL FROM`: a refusal is about us, not about the recipient; unless the announced size was refused.
    pub fn at_sender(self) -> Outcome {
        match self.code {
            421 => self.down(false),
            400..500 => Outcome::Deferred(self.text),
            552 | 523 => Outcome::TooBig(self.text),
            _ => self.down(true),
        }
    }

    /// `RCPT TO`: a refusal is about this recipient, unless the server asks for a login first.
    pub fn at_recipient(self) -> Outcome {
        match (self.code, self.detail()) {
            (421, _) => Outcome::Lost(self.text),
            (400..500, _) => Outcome::Deferred(self.text),
            (502 | 503 | 530 | 535, _) => self.down(true),
            // Policy: the mailbox may well be there.
            (_, Some([5, 7, _])) => Outcome::Rejected(self.text),
            (_, Some([5, 3, 4])) => Outcome::TooBig(self.text),
            (_, Some([5, 2, 2])) | (552, _) => Outcome::Full(self.text),
            (_, Some([5, 1, _] | [5, 2, 1])) | (550 | 551 | 553, _) => {
                Outcome::BadAddress(self.text)
            }
            _ => Outcome::Rejected(self.text),
        }
    }

    /// `DATA` and the answer to the message.
    pub fn at_content(self) -> Outcome {
        match (self.code, self.detail()) {
            (421, _) => Outcome::Lost(self.text),
            (400..500, _) => Outcome::Deferred(self.text),
            (_, Some([5, 2, 2])) => Outcome::Full(self.text),
            (_, Some([5, 1, 1])) => Outcome::BadAddress(self.text),
            (_, Some([5, 3, 4] | [5, 2, 3])) | (552, _) => Outcome::TooBig(self.text),
            _ => Outcome::Rejected(self.text),
        }
    }

    fn down(self, needs_operator: bool) -> Outcome {
        Outcome::TransportDown { error: self.text, needs_operator }
    }

    /// The enhanced code, wherever the text has it.
    fn detail(&self) -> Option<[u16; 3]> {
        self.text.split(|c: char| !c.is_ascii_digit() && c != '.').find_map(|word| {
            let mut parts = word.split('.').map(|part| part.parse().ok());
            let code = [parts.next()??, parts.next()??, parts.next()??];
            (parts.next().is_none() && matches!(code[0], 2 | 4 | 5) && code[1] < 8).then_some(code)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(text: &str) -> Reply {
        let code = text.split(' ').next().unwrap().parse().unwrap();
        Reply { code, text: format!("RCPT TO: permanent error ({code}): {}", &text[4..]) }
    }

    fn word(outcome: &Outcome) -> &'static str {
        match outcome {
            Outcome::Accepted(_) => "accepted",
            Outcome::Deferred(_) | Outcome::NotBefore(..) => "deferred",
            Outcome::Full(_) => "full",
            Outcome::Rejected(_) => "rejected",
            Outcome::BadAddress(_) => "bad address",
            Outcome::TooBig(_) => "too big",
            Outcome::Lost(_) => "lost",
            Outcome::TransportDown { needs_operator: true, .. } => "operator",
            Outcome::TransportDown { .. } => "down",
            Outcome::Unknown(_) => "unknown",
        }
    }

    #[test]
    fn the_same_number_means_something_else_at_each_phase() {
        // Reply, and what it means after MAIL FROM, RCPT TO, and the message.
        let table = [
            ("421 4.3.2 closing", "down", "lost", "lost"),
            ("450 4.7.1 greylisted", "deferred", "deferred", "deferred"),
            ("451 4.3.0 later", "deferred", "deferred", "deferred"),
            ("452 4.2.2 over quota", "deferred", "deferred", "deferred"),
            ("530 5.7.0 log in first", "operator", "operator", "rejected"),
            ("550 5.1.1 no such user", "operator", "bad address", "bad address"),
            ("550 no such user", "operator", "bad address", "rejected"),
            ("550 5.7.1 not from you", "operator", "rejected", "rejected"),
            ("550 5.2.1 mailbox disabled", "operator", "bad address", "rejected"),
            ("551 user not local", "operator", "bad address", "rejected"),
            ("552 5.2.2 mailbox full", "too big", "full", "full"),
            ("552 5.3.4 too big", "too big", "too big", "too big"),
            ("552 no", "too big", "full", "too big"),
            ("553 5.1.3 bad address", "operator", "bad address", "rejected"),
            ("554 5.7.1 looks like spam", "operator", "rejected", "rejected"),
        ];
        for (text, sender, recipient, content) in table {
            let found = [
                word(&reply(text).at_sender()),
                word(&reply(text).at_recipient()),
                word(&reply(text).at_content()),
            ];
            assert_eq!(found, [sender, recipient, content], "{text}");
        }
    }

    #[test]
    fn an_address_in_the_text_is_no_enhanced_code() {
        let said = Reply { code: 550, text: "550 blocked, see 5.5.5.5 or version 2.9.1".into() };
        assert_eq!(said.detail(), None);
        let said = Reply { code: 550, text: "550-5.7.26 unauthenticated".into() };
        assert_eq!(said.detail(), Some([5, 7, 26]));
    }
}
