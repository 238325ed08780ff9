// A word in the language of the visit; follows when the language changes.
pragma Singleton

import QtQuick

QtObject {
    function word(name, values) {
        return words.text(view.language, name, values || {})
    }
    function inLanguage(language, name) {
        return words.text(language, name, {})
    }
}
