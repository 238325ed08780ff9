// A KERN icon (or one of the booth's own), drawn as a path; decoration only, never the whole of a message.
import QtQuick

Item {
    id: icon
    property string name
    property color color: Theme.text
    property real size: Theme.bodySize * 1.3
    readonly property var own: ({
        microphone: "M480-400q-50 0-85-35t-35-85v-240q0-50 35-85t85-35q50 0 85 35t35 85v240q0 50-35 85t-85 35Zm-40 280v-123q-104-14-172-93t-68-184h80q0 83 58.5 141.5T480-320q83 0 141.5-58.5T680-520h80q0 105-68 184t-172 93v123h-80Z",
        keyboard: "M160-200q-33 0-56.5-23.5T80-280v-400q0-33 23.5-56.5T160-760h640q33 0 56.5 23.5T880-680v400q0 33-23.5 56.5T800-200H160Zm0-80h640v-400H160v400Zm160-40h320v-80H320v80ZM200-440h80v-80h-80v80Zm120 0h80v-80h-80v80Zm120 0h80v-80h-80v80Zm120 0h80v-80h-80v80Zm120 0h80v-80h-80v80ZM200-560h80v-80h-80v80Zm120 0h80v-80h-80v80Zm120 0h80v-80h-80v80Zm120 0h80v-80h-80v80Zm120 0h80v-80h-80v80Z",
        textSize: "M560-160v-520H360v-120h520v120H680v520H560Zm-360 0v-320H80v-120h360v120H320v320H200Z",
        backspace: "M360-200q-20 0-37.5-9T294-234L120-480l174-246q11-16 28.5-25t37.5-9h400q33 0 56.5 23.5T840-680v400q0 33-23.5 56.5T760-200H360Zm400-80v-400H360L218-480l142 200h400ZM450-340l110-110 110 110 30-30-110-110 110-110-30-30-110 110-110-110-30 30 110 110-110 110 30 30Z",
        speech: "M120-360v-240h160l200-200v640L280-360H120Zm440 40v-322q45 21 72.5 65t27.5 97q0 53-27.5 96T560-320Zm0 186v-88q75-27 117.5-97.5T720-480q0-90-42.5-160.5T560-738v-88q107 29 173.5 125T800-480q0 125-66.5 221T560-134Z",
        pause: "M360-320q17 0 28.5-11.5T400-360v-240q0-17-11.5-28.5T360-640q-17 0-28.5 11.5T320-600v240q0 17 11.5 28.5T360-320Zm240 0q17 0 28.5-11.5T640-360v-240q0-17-11.5-28.5T600-640q-17 0-28.5 11.5T560-600v240q0 17 11.5 28.5T600-320ZM480-80q-83 0-156-31.5T197-197q-54-54-85.5-127T80-480q0-83 31.5-156T197-763q54-54 127-85.5T480-880q83 0 156 31.5T763-763q54 54 85.5 127T880-480q0 83-31.5 156T763-197q-54 54-127 85.5T480-80Z",
        shift: "M320-160v-240H160l320-400 320 400H640v240H320Zm80-80h160v-240h74L480-672 326-480h74v240Z",
        people: "M480-520q-66 0-113-47t-47-113q0-66 47-113t113-47q66 0 113 47t47 113q0 66-47 113t-113 47ZM160-120v-112q0-34 17.5-62.5T224-338q62-31 126-46.5T480-400q66 0 130 15.5T736-338q29 15 46.5 43.5T800-232v112H160Z"
    })

    implicitWidth: size
    implicitHeight: size
    Accessible.ignored: true

    Image {
        anchors.fill: parent
        sourceSize: Qt.size(icon.size, icon.size)
        source: {
            const path = icon.own[icon.name] || Tokens.icons[icon.name] || ""
            return path === "" || icon.size < 1 ? "" : "image://icons/" + String(icon.color).replace("#", "") + "/" + encodeURIComponent(path)
        }
        Accessible.ignored: true
    }
}
