import ServiceKit

/// How payments work: what the operator configures, and what only tests change.
struct PaymentSettings: Sendable {
    /// How long until a gateway that does not know an outcome is asked again.
    var reconcileInterval = Duration.seconds(5)
    /// How long a task waits for its owner when that dies; renewed while the owner lives.
    var lease = Duration.seconds(5)
    /// How often to look for tasks that are due.
    var poll = Duration.milliseconds(250)
    /// Most tasks under way at once.
    var capacity = 512
    /// How often the books are checked.
    var checkInterval = Duration.seconds(5)
    /// How long a card key is sealed to; then the next one takes its place.
    var cardKeyLife = Duration.seconds(24 * 3600)
    /// How long a replaced key still opens what was sealed to it; then it is destroyed.
    var cardKeyRetention = Duration.seconds(24 * 3600)
    /// Where buyers reach this installation.
    var publicURL = "http://127.0.0.1:8080"
    /// Where Stripe answers, without a slash at the end.
    var stripeURL = "https://api.stripe.com"
    /// The account at TaxJar, if the installation has one.
    var taxJar: TaxJarAccount?
    /// How often to look for sales and refunds that TaxJar is to hear of.
    var taxPoll = Duration.seconds(1)

    init() {}

    init(_ configuration: PaymentConfiguration) {
        reconcileInterval = configuration.reconcileInterval
        lease = configuration.reconcileInterval
        poll = min(poll, configuration.reconcileInterval / 4)
        cardKeyLife = configuration.cardKeyLife
        cardKeyRetention = configuration.cardKeyRetention
        publicURL = configuration.publicURL
        stripeURL = configuration.stripeURL
        taxJar = configuration.taxJarToken.map { TaxJarAccount(token: $0, url: configuration.taxJarURL) }
    }
}
