/**
 * The built-in texts of codes. The code stands early, where a notification still shows it; there is never a link; every text asks
 * in words not to share the code. Minutes are abbreviated where a language would decline the word after a number. Where natural
 * wording allows, a text keeps to the GSM alphabet (so Spanish says `clave`, Polish `to kod`), elsewhere to 70 characters with a
 * name of ten.
 */

/** What one language says. */
export interface CodeLanguage {
  /** Of a text message, whatever the code is for. */
  readonly code: string;
  /** Of a text message, to sign in. */
  readonly login: string;
  /** Read out: the code comes twice. */
  readonly voice: string;
}

/** By BCP 47 tag. */
export const CODE_LANGUAGES: Readonly<Record<string, CodeLanguage>> = Object.freeze({
  en: {
    code: '{{code}} is your {{brand}} code. It expires in {{minutes}} min. Do not share it with anyone.',
    login: '{{code}} is your code to sign in to {{brand}}. It expires in {{minutes}} min. Do not share it with anyone.',
    voice: 'Your code for {{brand}} is: {{code}}. Once more: {{code}}. Do not tell it to anyone.',
  },
  es: {
    code: '{{code}} es tu clave de {{brand}}. Vence en {{minutes}} min. No la compartas con nadie.',
    login: '{{code}} es tu clave para entrar en {{brand}}. Vence en {{minutes}} min. No la compartas con nadie.',
    voice: 'Tu código de {{brand}} es: {{code}}. Repito: {{code}}. No lo compartas con nadie.',
  },
  fr: {
    code: '{{code}} est votre code {{brand}}. Valable {{minutes}} min. Ne le partagez avec personne.',
    login: '{{code}} est votre code de connexion {{brand}}. Valable {{minutes}} min. Ne le partagez avec personne.',
    voice: 'Votre code {{brand}} est : {{code}}. Je répète : {{code}}. Ne le communiquez à personne.',
  },
  de: {
    code: '{{code}} ist Ihr Code für {{brand}}. {{minutes}} Min. gültig. Geben Sie ihn an niemanden weiter.',
    login: '{{code}} ist Ihr Anmeldecode für {{brand}}. {{minutes}} Min. gültig. Geben Sie ihn an niemanden weiter.',
    voice: 'Ihr Code für {{brand}} lautet: {{code}}. Ich wiederhole: {{code}}. Geben Sie ihn an niemanden weiter.',
  },
  pt: {
    code: '{{code}} é seu código {{brand}}. Vale por {{minutes}} min. Não compartilhe.',
    login: '{{code}} é seu código de login {{brand}}. Vale {{minutes}} min. Não compartilhe.',
    voice: 'Seu código {{brand}} é: {{code}}. Repetindo: {{code}}. Não o compartilhe com ninguém.',
  },
  'pt-PT': {
    code: '{{code}} é o seu código {{brand}}. Válido {{minutes}} min. Não o partilhe.',
    login: '{{code}} é o código de acesso {{brand}}. Válido {{minutes}} min. Não o partilhe.',
    voice: 'O seu código {{brand}} é: {{code}}. Repito: {{code}}. Não o partilhe com ninguém.',
  },
  it: {
    code: '{{code}} è il tuo codice {{brand}}. Scade tra {{minutes}} min. Non condividerlo con nessuno.',
    login: '{{code}} è il tuo codice di accesso a {{brand}}. Scade tra {{minutes}} min. Non condividerlo con nessuno.',
    voice: 'Il tuo codice {{brand}} è: {{code}}. Ripeto: {{code}}. Non condividerlo con nessuno.',
  },
  nl: {
    code: '{{code}} is je code voor {{brand}}. {{minutes}} min geldig. Deel hem met niemand.',
    login: '{{code}} is je inlogcode voor {{brand}}. {{minutes}} min geldig. Deel hem met niemand.',
    voice: 'Je code voor {{brand}} is: {{code}}. Nogmaals: {{code}}. Deel hem met niemand.',
  },
  sv: {
    code: '{{code}} är din kod för {{brand}}. Den gäller i {{minutes}} min. Dela den inte med någon.',
    login: '{{code}} är din inloggningskod för {{brand}}. Den gäller i {{minutes}} min. Dela den inte med någon.',
    voice: 'Din kod för {{brand}} är: {{code}}. En gång till: {{code}}. Dela den inte med någon.',
  },
  da: {
    code: '{{code}} er din kode til {{brand}}. Den gælder i {{minutes}} min. Del den ikke med nogen.',
    login: '{{code}} er din loginkode til {{brand}}. Den gælder i {{minutes}} min. Del den ikke med nogen.',
    voice: 'Din kode til {{brand}} er: {{code}}. En gang til: {{code}}. Del den ikke med nogen.',
  },
  nb: {
    code: '{{code}} er koden din for {{brand}}. Den gjelder i {{minutes}} min. Ikke del den med noen.',
    login: '{{code}} er innloggingskoden din for {{brand}}. Den gjelder i {{minutes}} min. Ikke del den med noen.',
    voice: 'Koden din for {{brand}} er: {{code}}. En gang til: {{code}}. Ikke del den med noen.',
  },
  fi: {
    code: '{{code}} on koodisi palveluun {{brand}}. Voimassa {{minutes}} min. Älä anna sitä kenellekään.',
    login: '{{code}} on kirjautumiskoodisi palveluun {{brand}}. Voimassa {{minutes}} min. Älä anna sitä kenellekään.',
    voice: 'Koodisi palveluun {{brand}} on: {{code}}. Toistan: {{code}}. Älä anna sitä kenellekään.',
  },
  pl: {
    code: '{{code}} to kod {{brand}}. Wygasa za {{minutes}} min. Nie podawaj go nikomu.',
    login: '{{code}} to kod logowania do {{brand}}. Wygasa za {{minutes}} min. Nie podawaj go nikomu.',
    voice: 'Twój kod {{brand}} to: {{code}}. Powtarzam: {{code}}. Nie podawaj go nikomu.',
  },
  cs: {
    code: '{{code}} je kód pro {{brand}}. Platí {{minutes}} min. Nikomu ho nesdělujte.',
    login: '{{code}} je přihlašovací kód {{brand}}. Platí {{minutes}} min. Nesdílejte ho.',
    voice: 'Váš kód pro {{brand}} je: {{code}}. Opakuji: {{code}}. Nikomu ho nesdělujte.',
  },
  sk: {
    code: '{{code}} je kód pre {{brand}}. Platí {{minutes}} min. Nikomu ho neprezraďte.',
    login: '{{code}} je prihlasovací kód {{brand}}. Platí {{minutes}} min. Nezdieľajte ho.',
    voice: 'Váš kód pre {{brand}} je: {{code}}. Opakujem: {{code}}. Nikomu ho neprezraďte.',
  },
  hu: {
    code: '{{brand}} kód: {{code}}. {{minutes}} percig érvényes. Ne ossza meg senkivel.',
    login: '{{brand}} belépési kód: {{code}}. {{minutes}} percig érvényes. Ne ossza meg.',
    voice: 'Az Ön {{brand}} kódja: {{code}}. Ismétlem: {{code}}. Ne ossza meg senkivel.',
  },
  hr: {
    code: '{{code}} je kod za {{brand}}. Vrijedi {{minutes}} min. Ne dijelite ga ni s kim.',
    login: '{{code}} je kod za prijavu na {{brand}}. Vrijedi {{minutes}} min. Ne dijelite ga ni s kim.',
    voice: 'Vaš kod za {{brand}} je: {{code}}. Ponavljam: {{code}}. Ne dijelite ga ni s kim.',
  },
  ro: {
    code: '{{code}} este codul pentru {{brand}}. Valabil {{minutes}} min. Nu transmite codul altei persoane.',
    login: '{{code}} este codul de conectare la {{brand}}. Valabil {{minutes}} min. Nu transmite codul altei persoane.',
    voice: 'Codul pentru {{brand}} este: {{code}}. Repet: {{code}}. Nu îl spune nimănui.',
  },
  tr: {
    code: '{{code}}, {{brand}} kodunuz. {{minutes}} dk geçerli. Kimseyle paylaşmayın.',
    login: '{{code}}, {{brand}} giriş kodunuz. {{minutes}} dk geçerli. Kimseyle paylaşmayın.',
    voice: '{{brand}} kodunuz: {{code}}. Tekrar ediyorum: {{code}}. Kimseyle paylaşmayın.',
  },
  el: {
    code: '{{code}}: κωδικός {{brand}}. Ισχύει {{minutes}} λεπτά. Μην τον μοιραστείτε.',
    login: '{{code}}: κωδικός εισόδου {{brand}}. Ισχύει {{minutes}} λεπτά. Μην τον δώσετε.',
    voice: 'Ο κωδικός σας για {{brand}} είναι: {{code}}. Επαναλαμβάνω: {{code}}. Μην τον μοιραστείτε με κανέναν.',
  },
  bg: {
    code: '{{code}} е код за {{brand}}. Валиден {{minutes}} мин. Не го споделяйте.',
    login: '{{code}} е код за вход в {{brand}}. Валиден {{minutes}} мин. Не го споделяйте.',
    voice: 'Вашият код за {{brand}} е: {{code}}. Повтарям: {{code}}. Не го споделяйте с никого.',
  },
  ru: {
    code: '{{code}} – код {{brand}}. Действует {{minutes}} мин. Никому его не сообщайте.',
    login: '{{code}} – код входа в {{brand}}. Действует {{minutes}} мин. Не сообщайте его.',
    voice: 'Ваш код {{brand}}: {{code}}. Повторяю: {{code}}. Никому его не сообщайте.',
  },
  uk: {
    code: '{{code}} – код {{brand}}. Діє {{minutes}} хв. Нікому його не повідомляйте.',
    login: '{{code}} – код входу в {{brand}}. Діє {{minutes}} хв. Не повідомляйте його.',
    voice: 'Ваш код {{brand}}: {{code}}. Повторюю: {{code}}. Нікому його не повідомляйте.',
  },
  ar: {
    code: '{{code}} هو رمز {{brand}} الخاص بك. صالح لمدة {{minutes}} د. لا تشاركه مع أحد.',
    login: '{{code}} هو رمز الدخول إلى {{brand}}. صالح لمدة {{minutes}} د. لا تشاركه.',
    voice: 'رمز {{brand}} الخاص بك هو: {{code}}. أكرر: {{code}}. لا تشاركه مع أحد.',
  },
  he: {
    code: "{{code}} הוא הקוד שלך ב-{{brand}}. בתוקף ל-{{minutes}} דק'. אין לשתף אותו.",
    login: "{{code}} הוא קוד הכניסה ל-{{brand}}. בתוקף ל-{{minutes}} דק'. אין לשתף אותו.",
    voice: 'הקוד שלך ב-{{brand}} הוא: {{code}}. שוב: {{code}}. אין לשתף אותו עם אף אחד.',
  },
  hi: {
    code: '{{code}} आपका {{brand}} कोड है। {{minutes}} मिनट तक मान्य। किसी से साझा न करें।',
    login: '{{code}} आपका {{brand}} लॉगिन कोड है। {{minutes}} मिनट तक मान्य। साझा न करें।',
    voice: 'आपका {{brand}} कोड है: {{code}}। फिर से: {{code}}। इसे किसी से साझा न करें।',
  },
  id: {
    code: '{{code}} adalah kode {{brand}} Anda. Berlaku {{minutes}} menit. Jangan bagikan kepada siapa pun.',
    login: '{{code}} adalah kode masuk {{brand}} Anda. Berlaku {{minutes}} menit. Jangan bagikan kepada siapa pun.',
    voice: 'Kode {{brand}} Anda adalah: {{code}}. Sekali lagi: {{code}}. Jangan bagikan kepada siapa pun.',
  },
  ms: {
    code: '{{code}} ialah kod {{brand}} anda. Sah selama {{minutes}} minit. Jangan kongsi dengan sesiapa.',
    login: '{{code}} ialah kod log masuk {{brand}} anda. Sah selama {{minutes}} minit. Jangan kongsi dengan sesiapa.',
    voice: 'Kod {{brand}} anda ialah: {{code}}. Sekali lagi: {{code}}. Jangan kongsi dengan sesiapa.',
  },
  vi: {
    code: '{{code}} là mã {{brand}} của bạn. Hiệu lực {{minutes}} phút. Không chia sẻ.',
    login: '{{code}} là mã đăng nhập {{brand}}. Hiệu lực {{minutes}} phút. Không chia sẻ.',
    voice: 'Mã {{brand}} của bạn là: {{code}}. Nhắc lại: {{code}}. Không chia sẻ mã này với bất kỳ ai.',
  },
  th: {
    code: '{{code}} คือรหัส {{brand}} ของคุณ ใช้ได้ {{minutes}} นาที ห้ามบอกผู้อื่น',
    login: '{{code}} คือรหัสเข้าสู่ระบบ {{brand}} ใช้ได้ {{minutes}} นาที ห้ามบอกผู้อื่น',
    voice: 'รหัส {{brand}} ของคุณคือ {{code}} อีกครั้ง {{code}} ห้ามบอกผู้อื่น',
  },
  'zh-Hans': {
    code: '{{code}} 是您的 {{brand}} 验证码，{{minutes}} 分钟内有效，请勿告诉他人。',
    login: '{{code}} 是您的 {{brand}} 登录验证码，{{minutes}} 分钟内有效，请勿告诉他人。',
    voice: '您的 {{brand}} 验证码是：{{code}}。重复一遍：{{code}}。请勿告诉他人。',
  },
  'zh-Hant': {
    code: '{{code}} 是您的 {{brand}} 驗證碼，{{minutes}} 分鐘內有效，請勿告訴他人。',
    login: '{{code}} 是您的 {{brand}} 登入驗證碼，{{minutes}} 分鐘內有效，請勿告訴他人。',
    voice: '您的 {{brand}} 驗證碼是：{{code}}。重複一遍：{{code}}。請勿告訴他人。',
  },
  ja: {
    code: '認証コード {{code}}（{{brand}}）。有効期限は{{minutes}}分です。他人に教えないでください。',
    login: 'ログインコード {{code}}（{{brand}}）。有効期限は{{minutes}}分です。他人に教えないでください。',
    voice: '{{brand}}の認証コードは、{{code}}。繰り返します。{{code}}。他人に教えないでください。',
  },
  ko: {
    code: '[{{brand}}] 인증번호 {{code}}. {{minutes}}분 동안 유효합니다. 다른 사람에게 알려주지 마세요.',
    login: '[{{brand}}] 로그인 인증번호 {{code}}. {{minutes}}분 동안 유효합니다. 다른 사람에게 알려주지 마세요.',
    voice: '{{brand}} 인증번호는 {{code}}입니다. 다시 알려드립니다. {{code}}입니다. 다른 사람에게 알려주지 마세요.',
  },
});
