import Schema
import Synchronization

/// Campaigns decoded lately: they are read with every order and change seldom. Which version counts, the database says.
final class CampaignCache: Sendable {
    private struct Entry {
        let sequence: Int64
        let campaign: CampaignSnapshot
    }

    private static let capacity = 512
    private let entries = Mutex<[CampaignID: Entry]>([:])

    /// The campaign of a version, decoded from `text` if it is not here.
    func campaign(_ id: CampaignID, sequence: Int64, text: () throws -> String) throws -> CampaignSnapshot {
        let known = entries.withLock { $0[id] }
        if let known, known.sequence == sequence { return known.campaign }
        let campaign = try JSON.decode(CampaignSnapshot.self, from: text())
        entries.withLock { entries in
            if entries.count >= Self.capacity { entries.removeAll() }
            entries[id] = Entry(sequence: sequence, campaign: campaign)
        }
        return campaign
    }
}
