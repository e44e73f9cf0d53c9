public import Schema

extension Person {
    /// The person as events carry them, with the personal details sealed.
    public func snapshot(sealedWith keyring: DataKeyring) throws -> CustomerSnapshot {
        CustomerSnapshot(
            id: id, externalID: externalID, acceptsMarketing: acceptsMarketing, person: try keyring.seal(details),
            createdAt: createdAt, updatedAt: updatedAt)
    }
}
