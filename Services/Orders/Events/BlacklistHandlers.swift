import Messaging
import Schema

/// Consent has put a customer on the blacklist: nobody like that buys any more, and what is asked for is called off. The
/// answer tells consent that it holds.
struct CustomerBlacklistedHandler: EventHandler {
    let store: BlacklistStore
    let subscriptions: any SubscriptionKeeping
    let fulfillments: any FulfillmentKeeping
    let outbox: Outbox

    func handle(_ event: Received<CustomerBlacklisted>, in transaction: Transaction) async throws {
        let ban = event.payload
        let account = event.envelope.account
        store.add(
            ban.entries, of: ban.blacklistingID, customerNumber: ban.customerNumber, account: account, in: transaction)
        let ended =
            ban.cancelSubscriptions
            ? try await subscriptions.cancelAll(
                of: ban.customerNumber, account: account, reason: ban.reason, in: transaction) : []
        let stopped =
            ban.cancelFulfillments
            ? try await fulfillments.cancelAll(
                of: ban.customerNumber, account: account, reason: ban.reason, in: transaction) : []
        try outbox.append(
            BlacklistApplied(
                blacklistingID: ban.blacklistingID, customerNumber: ban.customerNumber, cancelledSubscriptions: ended,
                cancelledFulfillments: stopped),
            subject: ban.blacklistingID.description, sequence: event.envelope.sequence, account: account,
            in: transaction)
    }
}

/// Consent has taken a customer off the blacklist.
struct CustomerBlacklistLiftedHandler: EventHandler {
    let store: BlacklistStore
    let outbox: Outbox

    func handle(_ event: Received<CustomerBlacklistLifted>, in transaction: Transaction) async throws {
        let lifted = event.payload
        let account = event.envelope.account
        store.lift(
            lifted.blacklistingID, customerNumber: lifted.customerNumber, account: account, in: transaction)
        try outbox.append(
            BlacklistApplied(
                blacklistingID: lifted.blacklistingID, customerNumber: lifted.customerNumber,
                cancelledSubscriptions: [], cancelledFulfillments: []),
            subject: lifted.blacklistingID.description, sequence: event.envelope.sequence, account: account,
            in: transaction)
    }
}
