/// The words by which people end text messages: those of the CTIA and of French law.
enum StopWord {
    private static let all: Set = ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "ARRET", "ARRÊT"]

    /// The word that a message consists of, in capitals; nil if it says something else.
    ///
    /// Case, blanks around and a full stop or the like behind make no difference.
    static func word(of text: String) -> String? {
        let word = text.uppercased().drop { !$0.isLetter }
        let end = word.lastIndex(where: \.isLetter).map { word.index(after: $0) } ?? word.endIndex
        // Composed or with a combining circumflex: Swift compares characters, not their bytes.
        let bare = String(word[..<end])
        return all.contains(bare) ? bare : nil
    }
}
