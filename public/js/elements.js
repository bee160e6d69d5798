// All custom elements, including those for pages without a session.

import './elements/auto-refresh.js'
import './elements/combo-box.js'
import './elements/confirm-dialog.js'
import './elements/copy-field.js'
import './elements/file-text.js'
import './elements/relative-time.js'
import './elements/status-toast.js'
import './elements/theme-choice.js'
import './elements/tick-all.js'
import './elements/try-request.js'
import './elements/value-picker.js'
import './elements/auto-save.js'
