/// How the payments service works; its own rows of ``ConfigurationTable``.
public struct PaymentConfiguration: Sendable, Hashable {
    /// Where buyers and gateways reach this installation, without a slash at the end.
    public var publicURL: String
    /// How long until a gateway that does not know an outcome is asked again; also how long a dead process' charges wait.
    public var reconcileInterval: Duration
    /// How long a key is used to seal cards.
    public var cardKeyLife: Duration
    /// How long a retired card key is kept before it is destroyed.
    public var cardKeyRetention: Duration
    /// Where Stripe answers, without a slash at the end.
    public var stripeURL: String
    /// The API token of the TaxJar account, if there is one.
    public var taxJarToken: String?
    /// Where TaxJar answers, without a slash at the end.
    public var taxJarURL: String

    init(_ reader: inout ConfigurationReader) {
        publicURL = reader.address(.publicURL)
        reconcileInterval = .seconds(reader.integer(.paymentReconcile, in: 1...3_600))
        cardKeyLife = .seconds(reader.integer(.cardKeyLife, in: 1...8_760) * 3600)
        cardKeyRetention = .seconds(reader.integer(.cardKeyRetention, in: 1...8_760) * 3600)
        stripeURL = reader.address(.stripeURL)
        let token = reader.text(.taxJarToken)
        taxJarToken = token.isEmpty ? nil : token
        taxJarURL = reader.address(.taxJarURL)
    }
}
