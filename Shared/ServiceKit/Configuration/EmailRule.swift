/// What an operator knows of a mail domain or address, in the words of `CARAVAN_EMAIL_RULES`.
public enum EmailRule: String, CaseIterable, Sendable {
    /// The domain takes mail for every name.
    case catchAll = "catch_all"
    /// Mailboxes of the domain are thrown away after use.
    case disposable
    /// Mail to the domain often gets lost.
    case lowDeliverability = "low_deliverability"
    /// Mail to it is evidence against its sender.
    case spamTrap = "spam_trap"
    /// It bounced or complained.
    case suppressed
}
