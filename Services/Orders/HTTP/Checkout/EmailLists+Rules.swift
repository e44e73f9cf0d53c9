import Enrichment
import ServiceKit

extension EmailLists {
    /// These lists and what the operator knows beside them.
    ///
    /// - Parameter rules: By domain or address.
    func adding(_ rules: [String: EmailRule]) -> EmailLists {
        var lists = self
        for (subject, rule) in rules {
            let subject = subject.lowercased()
            switch rule {
            case .catchAll: lists.catchAllDomains.insert(subject)
            case .disposable: lists.disposableDomains.insert(subject)
            case .lowDeliverability: lists.lowDeliverabilityDomains.insert(subject)
            case .spamTrap: lists.spamTraps.insert(subject)
            case .suppressed: lists.suppressed.insert(subject)
            }
        }
        return lists
    }
}
