public import Schema

extension Person {
    /// The person as events carry them, with the personal details sealed.
    public func snapshot(sealedWith keyring: DataKeyring) throws -> CustomerSnapshot {
        var sealed = details
        if !attributes.isEmpty { sealed.attributes = .object(attributes.mapValues(\.value)) }
        if !retail.isEmpty { sealed.retail = .object(retail) }
        return CustomerSnapshot(
            id: id, externalID: externalID, acceptsMarketing: acceptsMarketing, person: try keyring.seal(sealed),
            createdAt: createdAt, updatedAt: updatedAt, isExternalIDGiven: isExternalIDGiven, sales: sales)
    }
}
