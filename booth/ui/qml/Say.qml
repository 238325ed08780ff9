// A word in the language of the visit; follows when the language changes.
pragma Singleton

import QtQuick

QtObject {
    function word(name, values) {
        return words.text(view.language, name, values || {})
    }
    // A sentence with when something opens again in it.
    function closed(name, opens) {
        return word(name, {opens: word("opens-" + opens.when, opens)})
    }
    function inLanguage(language, name) {
        return words.text(language, name, {})
    }
}
