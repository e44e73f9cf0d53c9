import Messaging
import Schema

/// A campaign was published: its carts can be taxed.
struct CampaignPublishedHandler: EventHandler {
    let campaigns: CampaignStore

    func handle(_ event: Received<CampaignPublished>, in transaction: Transaction) async throws {
        campaigns.save(
            event.payload.campaign, sequence: event.envelope.sequence, of: event.envelope.account, in: transaction)
    }
}

/// A campaign changed, and with it perhaps how its carts are taxed.
struct CampaignUpdatedHandler: EventHandler {
    let campaigns: CampaignStore

    func handle(_ event: Received<CampaignUpdated>, in transaction: Transaction) async throws {
        campaigns.save(
            event.payload.campaign, sequence: event.envelope.sequence, of: event.envelope.account, in: transaction)
    }
}
