import Logging
import Messaging
import Postgres
import Schema
import ServiceLifecycle

/// All that makes charges and refunds, put together: from the command to the settled outcome.
struct Charging: Sendable {
    let store: TransactionStore
    let keys: CardKeyStore
    let vault: VaultStore
    let desk: PaymentDesk
    let settler: Settler
    let runner: PaymentRunner
    /// What is done about the commands of orders.
    let handlers: [any EventHandler]
    /// What runs beside them.
    let jobs: [any Service]

    init(
        database: PostgresDatabase, outbox: Outbox, keyring: DataKeyring, gateways: any GatewayDirectory,
        taxes: any TaxCalculator, settings: PaymentSettings, logger: Logger
    ) {
        store = TransactionStore(database: database)
        keys = CardKeyStore(database: database, outbox: outbox, keyring: keyring)
        vault = VaultStore(database: database)
        let tasks = TaskStore(database: database)
        let cards = CardVault(keys: keys)
        let book = TransactionBook(
            store: store, tasks: tasks, vault: vault, outbox: outbox, keyring: keyring, settings: settings)
        settler = Settler(database: database, book: book, logger: logger)
        desk = PaymentDesk(
            store: store, vault: vault, cards: cards, gateways: gateways,
            alternatives: AlternativePaymentStore(database: database), taxes: taxes)
        runner = PaymentRunner(desk: desk, settler: settler, tasks: tasks, settings: settings, logger: logger)
        let intake = PaymentIntake(book: book, runner: runner, taxes: taxes)
        handlers = [
            ChargeRequestedHandler(intake: intake), CaptureRequestedHandler(intake: intake),
            VoidRequestedHandler(intake: intake), RefundRequestedHandler(intake: intake),
        ]
        jobs = [
            CardKeyRotation(keys: keys, vault: cards, settings: settings, logger: logger), runner,
            Reconciler(tasks: tasks, runner: runner, settings: settings, logger: logger),
        ]
    }
}
