import Messaging
import Schema

/// Catalog sells something new.
struct CampaignPublishedHandler: EventHandler {
    let store: CampaignStore

    func handle(_ event: Received<CampaignPublished>, in transaction: Transaction) async throws {
        try store.save(
            event.payload.campaign, sequence: event.envelope.sequence, of: event.envelope.account, in: transaction)
    }
}

/// Catalog sells something otherwise than before.
struct CampaignUpdatedHandler: EventHandler {
    let store: CampaignStore

    func handle(_ event: Received<CampaignUpdated>, in transaction: Transaction) async throws {
        try store.save(
            event.payload.campaign, sequence: event.envelope.sequence, of: event.envelope.account, in: transaction)
    }
}
