import Foundation
import Kafka
import Messaging
import Schema
import ServiceKit
import Synchronization

/// Does what the orders service would: introduces customers, applies bans and says what customers have running.
final class OrdersStandIn: Sendable {
    private let keyring: DataKeyring
    private let producer: KafkaProducer
    private let reader: KafkaReader
    private let standing = Mutex<[String: (subscriptions: [String], fulfillments: [String])]>([:])

    init(_ platform: Platform) async throws {
        keyring = platform.keyring
        producer = try KafkaProducer(configuration: platform.kafka)
        reader = try await KafkaReader(
            configuration: platform.kafka, topics: [Topic.consentEvents.name, Topic.ordersCommands.name],
            from: .beginning, timeout: .seconds(20))
    }

    func close() async {
        await reader.close(deadline: .seconds(1))
        await producer.close(deadline: .seconds(2))
    }

    /// Answers until it is cancelled.
    func run() async throws {
        while !Task.isCancelled {
            for message in try await reader.nextBatch(maximum: 100, wait: .milliseconds(20)) {
                try await answer(try EventEnvelope(message))
            }
        }
    }

    /// Says what a customer has running from now on.
    func set(_ number: String, subscriptions: [String] = [], fulfillments: [String] = []) {
        standing.withLock { $0[number] = (subscriptions, fulfillments) }
    }

    /// Tells of a customer, as the checkout does when it meets one.
    func introduce(
        _ person: CheckoutPerson, _ number: String, id: CustomerID = CustomerID(), sequence: Int64 = 1,
        to account: AccountID
    ) async throws {
        let saved = CheckoutCustomerSaved(customerID: id, customerNumber: number, person: try keyring.seal(person))
        try await publish(saved, subject: id.description, sequence: sequence, account: account)
    }

    private func answer(_ envelope: EventEnvelope) async throws {
        switch envelope.family {
        case CustomerBlacklisted.family:
            let ban = try envelope.decode(CustomerBlacklisted.self)
            let running = standing.withLock { standing in
                defer {
                    if ban.cancelSubscriptions { standing[ban.customerNumber]?.subscriptions = [] }
                    if ban.cancelFulfillments { standing[ban.customerNumber]?.fulfillments = [] }
                }
                return standing[ban.customerNumber] ?? ([], [])
            }
            try await publish(
                BlacklistApplied(
                    blacklistingID: ban.blacklistingID, customerNumber: ban.customerNumber,
                    cancelledSubscriptions: ban.cancelSubscriptions ? running.subscriptions : [],
                    cancelledFulfillments: ban.cancelFulfillments ? running.fulfillments : []),
                answering: envelope)
        case CustomerBlacklistLifted.family:
            let pardon = try envelope.decode(CustomerBlacklistLifted.self)
            try await publish(
                BlacklistApplied(
                    blacklistingID: pardon.blacklistingID, customerNumber: pardon.customerNumber,
                    cancelledSubscriptions: [], cancelledFulfillments: []),
                answering: envelope)
        case CustomerStandingRequested.family:
            let check = try envelope.decode(CustomerStandingRequested.self)
            let running = standing.withLock { $0[check.customerNumber] ?? ([], []) }
            try await publish(
                CustomerStandingReported(
                    checkID: check.checkID, customerNumber: check.customerNumber,
                    activeSubscriptions: running.subscriptions.count, pendingFulfillments: running.fulfillments.count),
                answering: envelope)
        default:
            break
        }
    }

    private func publish(_ event: some Event, answering envelope: EventEnvelope) async throws {
        try await publish(
            event, subject: envelope.subject, sequence: envelope.sequence, account: envelope.account)
    }

    private func publish(_ event: some Event, subject: String, sequence: Int64, account: AccountID) async throws {
        let envelope = try EventEnvelope(
            event, from: .orders, subject: subject, sequence: sequence, account: account)
        try await producer.send(envelope.record)
    }
}
