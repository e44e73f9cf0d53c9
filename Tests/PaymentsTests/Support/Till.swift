import Logging
import Messaging
import Postgres
import Schema
import ServiceKit
import ServiceLifecycle
import TestKit

@testable import Payments

/// All that makes charges, on a database of its own: without HTTP, and with the commands handed to the handlers instead
/// of a broker.
struct Till: Sendable {
    let database: PostgresDatabase
    let keyring: DataKeyring
    let sandbox: SandboxGateway
    let gateways: any GatewayDirectory
    let taxes: any TaxCalculator
    let charging: Charging
    let settings: PaymentSettings
    let account = AccountID()
    let customerNumber = "CUST-250615-00001"

    private static let outbox = Outbox(service: .payments, signal: WakeSignal())
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Makes the directory of a till's gateways, for tests of those that need the database.
    typealias Directory = @Sendable (PostgresDatabase, DataKeyring, SandboxGateway) -> any GatewayDirectory

    /// Lends a till that works, with one card key, to `body`.
    ///
    /// - Parameters:
    ///   - gateway: Stands before the sandbox, to make it misbehave.
    ///   - directory: Finds the gateways in place of that one.
    ///   - runs: Whether the runner and the reconciler do.
    static func with<R: Sendable>(
        gateway: (@Sendable (SandboxGateway) -> any PaymentGateway)? = nil, taxes: any TaxCalculator = NoTax(),
        taxJar: TaxJarAccount? = nil, directory: Directory? = nil, runs: Bool = true,
        _ body: (Till) async throws -> R
    ) async throws -> R {
        try await TestDatabase.with(migrations: PaymentsService.allMigrations) { database, _ in
            let till = try Till(database, gateway, taxes, taxJar, directory)
            _ = try await till.charging.keys.rotate(
                life: .seconds(3600), retention: .seconds(3600), overlap: .zero, at: .now())
            return try await runs ? till.working { _ in try await body(till) } : body(till)
        }
    }

    private init(
        _ database: PostgresDatabase, _ gateway: (@Sendable (SandboxGateway) -> any PaymentGateway)?,
        _ taxes: any TaxCalculator, _ taxJar: TaxJarAccount?, _ directory: Directory?
    ) throws {
        self.database = database
        self.taxes = taxes
        keyring = try DataKeyring("k1:" + DataKeyring.generateKey())
        sandbox = SandboxGateway(store: SandboxStore(database: database), publicURL: "http://shop.test")
        gateways =
            directory?(database, keyring, sandbox) ?? OneGateway(gateway: gateway?(sandbox) ?? sandbox)
        // What tests wait for is short.
        var settings = PaymentSettings()
        settings.reconcileInterval = .milliseconds(100)
        settings.lease = .milliseconds(600)
        settings.poll = .milliseconds(20)
        settings.taxJar = taxJar
        self.settings = settings
        charging = Self.charging(database, keyring, gateways, taxes, settings)
    }

    private static func charging(
        _ database: PostgresDatabase, _ keyring: DataKeyring, _ gateways: any GatewayDirectory,
        _ taxes: any TaxCalculator, _ settings: PaymentSettings
    ) -> Charging {
        Charging(
            database: database, outbox: outbox, keyring: keyring, gateways: gateways, taxes: taxes,
            settings: settings, logger: logger)
    }

    /// Runs another replica while `body` does, then ends it as a crash would: nothing is given back.
    func replica<R: Sendable>(_ body: (Charging) async throws -> R) async throws -> R {
        let other = Self.charging(database, keyring, gateways, taxes, settings)
        return try await Self.run(other.jobs) { try await body(other) }
    }

    /// Runs the till's own jobs while `body` does.
    func working<R: Sendable>(_ body: (Charging) async throws -> R) async throws -> R {
        try await Self.run(charging.jobs) { try await body(charging) }
    }

    private static func run<R: Sendable>(_ jobs: [any Service], _ body: () async throws -> R) async throws -> R {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for job in jobs { group.addTask { try await job.run() } }
            let result: Result<R, any Error>
            do { result = .success(try await body()) } catch { result = .failure(error) }
            group.cancelAll()
            try await group.waitForAll()
            return try result.get()
        }
    }

    // MARK: Commands

    /// A charge of 100.00 dollars and 10.00 of tax.
    func charge(
        _ number: String = "4111111111111111", method: PaymentMethod = .card, subtotal: Int64 = 10_000,
        tax: Int64? = 1_000, question: TaxQuestion? = nil, minimum: Int64? = nil, brands: [String] = [],
        returnURL: String? = nil
    ) async throws -> ChargeRequested {
        let id = TransactionID()
        let person = CheckoutPerson(email: "Buyer@Example.com", firstName: "Jo", lastName: "Doe")
        let context = ChargeContext(
            orderNumber: "ORD-250615-00001", customerNumber: customerNumber, customer: try keyring.seal(person),
            campaignInternalID: "123", campaignName: "Summer", attribution: Attribution(utmSource: "google"),
            isUpsell: false, upsellDepth: 0, isTest: false,
            products: [ChargedProduct(number: 9, name: "Box", kind: .offer)], allowedCardBrands: brands,
            minimumAmount: minimum, maximumAmount: nil)
        let isCard = method == .card
        return ChargeRequested(
            transactionID: id, orderID: OrderID(), context: context, method: method,
            card: isCard ? try await sealer().seal(Samples.card(number), for: id) : nil,
            cardSummary: isCard ? Samples.visa : nil,
            returnURL: returnURL ?? (method == .paypalWallet ? "https://shop.example/thanks" : nil),
            cancelURL: "https://shop.example/cart", subtotal: subtotal, shipping: 0, discount: 0, tax: tax,
            taxRate: tax == nil ? nil : "0.1", taxQuestion: question, currency: .usd)
    }

    /// Seals to the newest key, as an edge does.
    func sealer() async throws -> CardSealer {
        let row = try await database.query(
            "SELECT id, public_key FROM card_keys WHERE retired_at IS NULL ORDER BY activated_at DESC LIMIT 1"
        ).first
        guard let row else { throw NoKey() }
        return try CardSealer(
            keyID: try row["id", as: CardKeyID.self].description, publicKey: try row["public_key"])
    }

    struct NoKey: Error {}

    /// Brings a command to its handler, as the consumer does, and answers once that is committed.
    func send<E: Event>(_ command: E, to charging: Charging? = nil) async throws {
        let envelope = try EventEnvelope(
            command, from: .orders, subject: OrderID().description, sequence: 1, account: account)
        let handlers = (charging ?? self.charging).handlers
        try await database.withTransaction { transaction in
            for handler in handlers { try await apply(handler, envelope, transaction, as: E.self) }
        }
    }

    private func apply<H: EventHandler, E: Event>(
        _ handler: H, _ envelope: EventEnvelope, _ transaction: PostgresTransaction, as type: E.Type
    ) async throws {
        guard H.Payload.self == E.self else { return }
        let received = Received(envelope: envelope, payload: try envelope.decode(H.Payload.self))
        try await handler.handle(received, in: transaction)
    }

    /// Makes a charge and answers its end.
    @discardableResult
    func pay(_ charge: ChargeRequested) async throws -> PaymentTransaction {
        try await send(charge)
        return try await settled(charge.transactionID)
    }

    /// Gives back, and answers the refund.
    @discardableResult
    func refund(
        _ charge: TransactionID, _ amount: Int64? = nil, isExternal: Bool = false, id: TransactionID = TransactionID()
    ) async throws -> TransactionID {
        try await send(
            RefundRequested(
                refundID: id, transactionID: charge, orderID: OrderID(), amount: amount, isExternal: isExternal,
                reason: "unhappy"))
        return id
    }

    // MARK: Looking

    func transaction(_ id: TransactionID) async throws -> PaymentTransaction? {
        try await charging.store.transaction(id)
    }

    /// Waits until a transaction has an outcome.
    func settled(_ id: TransactionID) async throws -> PaymentTransaction {
        try await eventually("\(id) is settled") { try await transaction(id)?.isSettled == true }
        guard let found = try await transaction(id) else { throw UnknownTransaction(id: id) }
        return found
    }

    /// The names of the events about a transaction, in their order.
    func events(of id: TransactionID) async throws -> [String] { try await events(of: id.description) }

    func events(of subject: String) async throws -> [String] {
        try await database.query("SELECT type FROM outbox WHERE subject = \(subject) ORDER BY sequence")
            .map { try $0["type", as: String.self] }
            .compactMap { $0.split(separator: ".").dropLast().last.map(String.init) }
    }

    /// The latest snapshot that was published of a transaction.
    func snapshot(of id: TransactionID) async throws -> TransactionSnapshot? {
        let rows = try await database.query(
            "SELECT payload FROM outbox WHERE subject = \(id.description) ORDER BY sequence DESC LIMIT 1")
        return try rows.first.map { row in
            try JSON.decode(PaymentCompleted.self, from: try row["payload", as: String.self]).transaction
        }
    }

    func tasks() async throws -> Int {
        try await database.query("SELECT count(*) AS count FROM payment_tasks").first?["count"] ?? 0
    }

    /// What is wrong with the books.
    func differences() async throws -> [String] {
        var found: [String] = []
        try await LedgerAudit(database: database, size: 7).verify { found += $0.differences }
        return found
    }
}

/// Computes none.
struct NoTax: TaxCalculator {
    func tax(for question: TaxQuestion, in currency: Currency, of account: AccountID) async throws -> ComputedTax {
        .none
    }
}

private struct OneGateway: GatewayDirectory {
    let gateway: any PaymentGateway

    func gateway(_ id: Int64?, of account: AccountID) async throws -> (any PaymentGateway)? { gateway }
}

/// A gateway that goes wrong on the way there or back, as the test says.
struct FlakyGateway: PaymentGateway {
    let inner: any PaymentGateway
    /// Called with each charge's key; `true` loses the answer.
    var losesCharge: @Sendable (TransactionID) async -> Bool = { _ in false }
    var losesCapture: @Sendable (TransactionID) async -> Bool = { _ in false }
    var losesRefund: @Sendable (TransactionID) async -> Bool = { _ in false }

    var profile: GatewayProfile { inner.profile }

    func charge(_ charge: GatewayCharge) async throws(GatewayError) -> GatewayAnswer {
        let answer = try await inner.charge(charge)
        if await losesCharge(charge.key) { throw .outcomeUnknown }
        return answer
    }

    func capture(_ capture: GatewayCapture) async throws(GatewayError) -> GatewayAnswer {
        let answer = try await inner.capture(capture)
        if await losesCapture(capture.key) { throw .outcomeUnknown }
        return answer
    }

    func void(_ charge: GatewayCapture) async throws(GatewayError) -> GatewayAnswer { try await inner.void(charge) }

    func refund(_ refund: GatewayRefund) async throws(GatewayError) -> GatewayAnswer {
        let answer = try await inner.refund(refund)
        if await losesRefund(refund.key) { throw .outcomeUnknown }
        return answer
    }

    func lookup(
        _ key: TransactionID, externalID: String?, of account: AccountID
    ) async throws(GatewayError) -> GatewayAnswer? {
        try await inner.lookup(key, externalID: externalID, of: account)
    }
}
