public import Schema

/// Every environment variable that a service reads, and the only place that names one.
///
/// The README's table is rendered from here, docker-compose.yml is checked against it, and
/// ``CaravanConfiguration`` reads nothing else.
public enum ConfigurationTable {
    /// All rows, in the order of the README's table.
    public static let all: [ConfigurationKey] = [
        .databaseURL, .databasePool, .kafkaBrokers, .kafkaProperties, .httpHost, .httpPort, .trustedProxies, .publicKey,
        .dataKeys,
        .logLevel, .relayPoll, .journalRetention, .webhookSchedule, .webhookTimeout, .webhookConnections,
        .webhookDisableAfter, .webhookRetention, .webhookAllowPrivate, .webhookTrustedRoots, .webhookClientCertificate,
        .webhookClientKey, .smtpURL, .smtpUser, .smtpPassword, .smtpTrustedRoots, .smtpRequireTLS, .smtpTimeout,
        .mailOutbox, .mailSender, .smsURL, .smsOutbox, .messageRetries, .messageRetention,
        .publicURL, .paymentReconcile, .cardKeyLife, .cardKeyRetention, .stripeURL, .taxJarToken, .taxJarURL,
        .orderClose, .subscriptionRetries, .emailRules,
        .ledgerKeys, .ledgerRetiredKeys, .ledgerOrigin, .ledgerInterval,
    ]

    /// The rows that one service reads.
    public static func keys(of service: ServiceName) -> [ConfigurationKey] {
        all.filter { $0.services.contains(service) }
    }

    /// The names of the variables whose values must never be shown.
    public static let secretNames = Set(all.filter(\.isSecret).map(\.name))
}

extension ConfigurationKey {
    static let databaseURL = ConfigurationKey(
        "CARAVAN_DATABASE_URL", isSecret: true,
        "Postgres URL of the service's own role, with the TLS settings libpq knows: "
            + "`postgresql://caravan_orders:…@db/caravan?sslmode=verify-full`")
    static let databasePool = ConfigurationKey(
        "CARAVAN_DATABASE_POOL", default: "16",
        "Most connections to Postgres, 2 to 200; they are opened when needed and closed when idle")
    static let kafkaBrokers = ConfigurationKey(
        "CARAVAN_KAFKA_BROKERS", "Bootstrap brokers, `host:port,host:port`")
    static let kafkaProperties = ConfigurationKey(
        "CARAVAN_KAFKA_PROPERTIES", default: "", isSecret: true,
        "Further librdkafka properties, `security.protocol=SASL_SSL,sasl.password=…`; `\\,` stands for a comma in a "
            + "value")
    static let httpHost = ConfigurationKey(
        "CARAVAN_HTTP_HOST", default: "127.0.0.1", "Address to listen on; `0.0.0.0` in a container")
    static let httpPort = ConfigurationKey(
        "CARAVAN_HTTP_PORT", default: "8080", "Port to listen on; 0 takes a free one")
    static let trustedProxies = ConfigurationKey(
        "CARAVAN_TRUSTED_PROXIES", default: "127.0.0.0/8,::1",
        "Addresses, `10.0.0.0/8,2001:db8::7`, of the gateway and of what stands before it: from whom else a request "
            + "comes, `X-Forwarded-For` is not believed")
    static let publicKey = ConfigurationKey(
        "CARAVAN_KEY_PUBLIC", "Ed25519 public key that API keys are verified with: a JWK or its base64 `x`")
    static let dataKeys = ConfigurationKey(
        "CARAVAN_DATA_KEYS", isSecret: true,
        "Keyring for personal data in events, `k2:base64,k1:base64`: the first key seals, all of them open")
    static let logLevel = ConfigurationKey(
        "CARAVAN_LOG_LEVEL", default: "info", "`trace`, `debug`, `info`, `notice`, `warning`, `error` or `critical`")
    static let relayPoll = ConfigurationKey(
        "CARAVAN_RELAY_POLL_MS", default: "50",
        "Milliseconds between two looks at the outbox when nothing wakes the relay, 1 to 60000")
    static let journalRetention = ConfigurationKey(
        "CARAVAN_JOURNAL_RETENTION_HOURS", default: "168",
        "Hours for which published events stay in the journal for a replay, 1 to 87600; the same for all services, as "
            + "each remembers the events of the others for 8 days longer")

    static let webhookSchedule = ConfigurationKey(
        "CARAVAN_WEBHOOK_RETRY_SCHEDULE", default: "5s,30s,2m,10m,30m,1h,3h,6h,12h,24h,24h", services: [.notifications],
        "Waits between the attempts of a webhook delivery (`ms`, `s`, `m`, `h`), each spread by jitter")
    static let webhookTimeout = ConfigurationKey(
        "CARAVAN_WEBHOOK_TIMEOUT_MS", default: "15000", services: [.notifications],
        "Milliseconds that a receiver has for one delivery, 100 to 60000")
    static let webhookConnections = ConfigurationKey(
        "CARAVAN_WEBHOOK_CONNECTIONS", default: "256", services: [.notifications],
        "Most deliveries under way at once, 1 to 10000, and as many to receivers that take over a second")
    static let webhookDisableAfter = ConfigurationKey(
        "CARAVAN_WEBHOOK_DISABLE_AFTER_HOURS", default: "120", services: [.notifications],
        "Hours of nothing but failures after which an endpoint is disabled, 1 to 8760")
    static let webhookRetention = ConfigurationKey(
        "CARAVAN_WEBHOOK_RETENTION_DAYS", default: "30", services: [.notifications],
        "Days for which events, their webhooks and failed attempts stay in the log, 1 to 3650; what is pending stays")
    static let webhookAllowPrivate = ConfigurationKey(
        "CARAVAN_WEBHOOK_ALLOW_PRIVATE", default: "false", services: [.notifications],
        "`true` lets webhooks go to plain HTTP, loopback, private and link-local addresses: for development only")
    static let webhookTrustedRoots = ConfigurationKey(
        "CARAVAN_WEBHOOK_TRUSTED_ROOTS", default: "", services: [.notifications],
        "PEM file of certificate authorities to trust instead of the system's")
    static let webhookClientCertificate = ConfigurationKey(
        "CARAVAN_WEBHOOK_CLIENT_CERTIFICATE", default: "", services: [.notifications],
        "PEM file of the certificate shown to receivers that ask for one (mTLS)")
    static let webhookClientKey = ConfigurationKey(
        "CARAVAN_WEBHOOK_CLIENT_KEY", default: "", services: [.notifications],
        "PEM file of that certificate's private key")

    static let smtpURL = ConfigurationKey(
        "CARAVAN_SMTP_URL", default: "", services: [.notifications],
        "Mail server, `smtp://host:587` (STARTTLS) or `smtps://host:465`; without one mail goes to the outbox")
    static let smtpUser = ConfigurationKey(
        "CARAVAN_SMTP_USER", default: "", services: [.notifications], "User name at the mail server, if it wants one")
    static let smtpPassword = ConfigurationKey(
        "CARAVAN_SMTP_PASSWORD", default: "", isSecret: true, services: [.notifications],
        "Password at the mail server")
    static let smtpTrustedRoots = ConfigurationKey(
        "CARAVAN_SMTP_TRUSTED_ROOTS", default: "", services: [.notifications],
        "PEM file of certificate authorities to trust for the mail server instead of the system's")
    static let smtpRequireTLS = ConfigurationKey(
        "CARAVAN_SMTP_REQUIRE_TLS", default: "true", services: [.notifications],
        "`false` lets mail and password go in clear to `smtp://`: for a relay on the same machine only")
    static let smtpTimeout = ConfigurationKey(
        "CARAVAN_SMTP_TIMEOUT_MS", default: "30000", services: [.notifications],
        "Milliseconds that the mail server has for one mail, 100 to 300000")
    static let mailOutbox = ConfigurationKey(
        "CARAVAN_MAIL_OUTBOX", default: "", services: [.notifications],
        "Directory that mail is written to as `.eml` files where there is no mail server; without either, none is made")
    static let mailSender = ConfigurationKey(
        "CARAVAN_MAIL_SENDER", default: "orders@caravan.invalid", services: [.notifications],
        "Address that mail of accounts without a sender comes from; its domain is that of all Message-IDs")
    static let smsURL = ConfigurationKey(
        "CARAVAN_SMS_URL", default: "https://api.twilio.com", services: [.notifications],
        "Where the SMS provider of accounts that have one answers (Twilio's API), without a slash at the end")
    static let smsOutbox = ConfigurationKey(
        "CARAVAN_SMS_OUTBOX", default: "", services: [.notifications],
        "Directory that text messages of accounts without a provider are written to as `.json` files")
    static let messageRetries = ConfigurationKey(
        "CARAVAN_MESSAGE_RETRY_SCHEDULE", default: "30s,2m,10m,1h,3h,6h,12h,24h", services: [.notifications],
        "Waits between the attempts of a mail or text message (`ms`, `s`, `m`, `h`), each spread by jitter")
    static let messageRetention = ConfigurationKey(
        "CARAVAN_MESSAGE_RETENTION_DAYS", default: "90", services: [.notifications],
        "Days for which mails and text messages that were sent or given up stay in the log, 1 to 3650")

    static let publicURL = ConfigurationKey(
        "CARAVAN_PUBLIC_URL", default: "http://127.0.0.1:8080", services: [.payments, .notifications],
        "Where buyers, gateways, SMS providers, receivers of webhooks and links in mails reach this installation, "
            + "without a slash at the end")
    static let paymentReconcile = ConfigurationKey(
        "CARAVAN_PAYMENT_RECONCILE_SECONDS", default: "5", services: [.payments],
        "Seconds until a payment gateway that did not know an outcome is asked again, 1 to 3600")
    static let cardKeyLife = ConfigurationKey(
        "CARAVAN_CARD_KEY_HOURS", default: "24", services: [.payments],
        "Hours for which cards are sealed to one key before the next takes its place, 1 to 8760")
    static let cardKeyRetention = ConfigurationKey(
        "CARAVAN_CARD_KEY_RETENTION_HOURS", default: "24", services: [.payments],
        "Hours after its replacement until a card key is destroyed and what was sealed to it is unreadable, 1 to 8760")
    static let stripeURL = ConfigurationKey(
        "CARAVAN_STRIPE_URL", default: "https://api.stripe.com", services: [.payments],
        "Where Stripe answers, without a slash at the end, for accounts with a gateway there")
    static let taxJarToken = ConfigurationKey(
        "CARAVAN_TAXJAR_TOKEN", default: "", isSecret: true, services: [.payments],
        "API token of a TaxJar account, for campaigns whose tax provider is `taxjar`; without one they have no tax")
    static let taxJarURL = ConfigurationKey(
        "CARAVAN_TAXJAR_URL", default: "https://api.taxjar.com", services: [.payments],
        "Where TaxJar answers, without a slash at the end; `https://api.sandbox.taxjar.com` for trying things out")
    static let orderClose = ConfigurationKey(
        "CARAVAN_ORDER_CLOSE_MINUTES", default: "20", services: [.orders],
        "Minutes after its last payment until an order of the checkout closes by itself, 1 to 10080")
    static let subscriptionRetries = ConfigurationKey(
        "CARAVAN_SUBSCRIPTION_RETRY_SCHEDULE", default: "24h,72h,120h", services: [.orders],
        "Waits before a declined renewal of a subscription is tried again (`ms`, `s`, `m`, `h`); after the last it is "
            + "called off")
    static let emailRules = ConfigurationKey(
        "CARAVAN_EMAIL_RULES", default: "", isSecret: true, services: [.orders],
        "What is known of mail domains and addresses, `shop.example=catch_all,jo@shop.example=suppressed`: `catch_all`, "
            + "`disposable`, `low_deliverability`, `spam_trap` or `suppressed`")

    static let ledgerKeys = ConfigurationKey(
        "CARAVAN_LEDGER_KEYS", isSecret: true, services: [.consent],
        "Ed25519 private keys that sign the consent ledger's checkpoints, base64 of 32 bytes each, separated by commas: all "
            + "of them sign, so that a new key is put beside the old one until clients know it")
    static let ledgerRetiredKeys = ConfigurationKey(
        "CARAVAN_LEDGER_RETIRED_KEYS", default: "", services: [.consent],
        "Public keys that signed checkpoints once, base64 of 32 bytes each: served with the others, so that old checkpoints "
            + "can still be verified")
    static let ledgerOrigin = ConfigurationKey(
        "CARAVAN_LEDGER_ORIGIN", default: "caravan.local/consent", services: [.consent],
        "Name of this installation in checkpoints, a URL without a scheme; part of every signature, so never change it")
    static let ledgerInterval = ConfigurationKey(
        "CARAVAN_LEDGER_INTERVAL_MS", default: "1000", services: [.consent],
        "Milliseconds from one checkpoint of the consent ledger to the next, 10 to 3600000")
}
