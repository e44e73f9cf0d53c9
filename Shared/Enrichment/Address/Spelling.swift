/// How the words of an address are told apart and written.
enum Spelling {
    /// The words without the points and commas that the post leaves out; `#` is a word of its own.
    static func words(_ text: String) -> [String] {
        text.replacing(".", with: "").replacing("#", with: " # ")
            .split { $0.isWhitespace || $0 == "," || $0 == ";" }.map(String.init)
    }

    /// What a word is looked up by.
    static func key(_ word: String) -> String { word.uppercased() }

    /// A line as a name is written: `new york` and `NEW YORK` as `New York`, `McAllen` as it is.
    static func titleCase(_ text: String) -> String {
        words(text).map(titleCase(word:)).joined(separator: " ")
    }

    /// `MAIN` → `Main`, `42ND` → `42nd`, `4b` → `4B`, `o'brien` → `O'Brien`; mixed capitals are somebody's choice.
    static func titleCase(word: String) -> String {
        if word.contains(where: \.isNumber) { return isOrdinal(word) ? word.lowercased() : word.uppercased() }
        guard word == word.uppercased() || word == word.lowercased() else { return word }
        var result = ""
        var startsName = true
        for character in word.lowercased() {
            result += startsName ? character.uppercased() : String(character)
            // The s of a genitive starts no name, as the B of O'Brien does.
            startsName = character == "-" || (character == "'" && result.count == 2)
        }
        return result
    }

    /// Whether a word is like `42nd`.
    static func isOrdinal(_ word: String) -> Bool {
        let ending = word.drop(while: \.isNumber).lowercased()
        return word.first?.isNumber == true && ["st", "nd", "rd", "th"].contains(ending)
    }
}
