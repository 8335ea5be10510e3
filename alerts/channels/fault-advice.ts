import type { DeliveryFault } from '../../core/delivery-fault.ts';
import type { LocalText } from '../../core/rule.ts';

const WAITS = { zh: '会自动重试', en: 'It is tried again by itself' };

/** What went wrong and what to do about it, beside what the receiver said. */
const ADVICE: Record<DeliveryFault, LocalText> = {
  'too-fast': { zh: `发送过快，被平台限流。按平台要求的时间等待后${WAITS.zh}；若常出现，调低该渠道的 perMinute，或分给多个机器人`, en: `Sent too fast, the service holds it up. ${WAITS.en} after the time it asks for; if this comes often, lower the channel's perMinute or use several robots` },
  'busy': { zh: `平台暂时繁忙或出错。${WAITS.zh}，五分钟仍不通会另行告警`, en: `The service is busy or fails for now. ${WAITS.en}; after five minutes an alarm of its own goes out` },
  'not-its-answer': { zh: `收到的不是该平台的应答，可能被代理或登录页拦截。检查渠道地址和出网代理；${WAITS.zh}`, en: `What answered is not the service: a proxy or a login page, perhaps. Look at the channel's address and at the way out to the internet. ${WAITS.en}` },
  'wrong-key': { zh: '地址里的密钥无效，或机器人已被删除。在群里重新添加机器人，把新地址写入该渠道引用的密钥', en: 'The key in the address is not valid, or the robot was removed. Add the robot to the chat again and put its new address where the channel\'s secret is' },
  'bad-signature': { zh: '签名不匹配。核对 secret 与机器人的加签密钥一致，并校准本机时间（平台只接受一小时内的签名）', en: 'The signature does not match. See that secret is the robot\'s own, and that this machine\'s clock is right (a signature counts for an hour)' },
  'keyword-missing': { zh: '机器人要求自定义关键词，而消息里没有。在机器人的安全设置里改用加签', en: 'The robot wants a keyword that the message does not have. Use the signature in its security settings instead' },
  'ip-not-allowed': { zh: '本机的出口 IP 不在机器人的白名单里。加入白名单，或改用加签', en: 'This server\'s address is not on the robot\'s list. Add it there, or use the signature instead' },
  'robot-disabled': { zh: '机器人已停用。请群主或管理员启用它，或换一个机器人', en: 'The robot is switched off. Have the chat\'s owner or an administrator switch it on, or use another one' },
  'chat-gone': { zh: '群或频道已不在、已归档，或机器人不在其中。换一个群，或把机器人重新加入', en: 'The chat or channel is gone or archived, or the robot is not in it. Choose another one, or add the robot again' },
  'not-permitted': { zh: '管理员不允许机器人在这里发消息。请管理员放行', en: 'An administrator does not let the robot post here. Ask for it to be allowed' },
  'too-large': { zh: '消息超过平台的大小上限，不再重试。若用了自定义模板，请缩短', en: 'The message is larger than the service takes and is not tried again. Shorten the template if there is one' },
  'invalid-message': { zh: '平台认为消息格式不对，不再重试。若用了自定义模板，请检查模板；否则请附上此记录反馈', en: 'The service cannot read the message and it is not tried again. Look at the template if there is one; else report this record' },
  'unsafe-content': { zh: '平台判定内容或链接不安全，不再重试。把 TOCSIN_PUBLIC_URL 换成平台认可的域名', en: 'The service takes the content or a link for unsafe and it is not tried again. Set TOCSIN_PUBLIC_URL to a domain that it accepts' },
  'unknown-code': { zh: `平台返回了这里不认识的错误码。请按错误码查平台文档；${WAITS.zh}`, en: `The service answers with a code that is not known here. Look the code up in its documentation. ${WAITS.en}` },
  'no-answer': { zh: `在时限内没有应答。检查网络与对方服务；${WAITS.zh}`, en: `No answer in time. Look at the network and at the receiver. ${WAITS.en}` },
  'connection-refused': { zh: `连接被拒绝：对方端口没有服务。检查地址与端口；${WAITS.zh}`, en: `Connection refused: nothing listens there. Look at host and port. ${WAITS.en}` },
  'connection-reset': { zh: `连接被中断。${WAITS.zh}；若持续，检查防火墙与代理`, en: `The connection was broken off. ${WAITS.en}; if it goes on, look at firewalls and proxies` },
  'unknown-host': { zh: `主机名无法解析。检查地址拼写与 DNS；${WAITS.zh}`, en: `The host's name cannot be looked up. Look at its spelling and at DNS. ${WAITS.en}` },
  'unreachable': { zh: `网络不可达。检查本机出网与路由；${WAITS.zh}`, en: `The network does not reach it. Look at this machine's way out. ${WAITS.en}` },
  'tls-untrusted': { zh: '证书无法验证（自签名或缺少中间证书），没有发送。请对方装上完整证书链，或用 NODE_EXTRA_CA_CERTS 信任其 CA', en: 'The certificate cannot be verified (self-signed, or a part of its chain is missing): nothing was sent. Have the chain completed, or trust its CA with NODE_EXTRA_CA_CERTS' },
  'tls-expired': { zh: '证书已过期或尚未生效，没有发送。请对方更换证书，并核对本机时间', en: 'The certificate has expired or does not count yet: nothing was sent. Have it renewed, and see that this machine\'s clock is right' },
  'tls-wrong-host': { zh: '证书属于另一主机，没有发送。检查渠道地址', en: 'The certificate is for another host: nothing was sent. Look at the channel\'s address' },
  'tls-failed': { zh: `TLS 握手失败。检查端口与协议（http 或 https）；${WAITS.zh}`, en: `TLS could not be agreed on. Look at port and protocol (http or https). ${WAITS.en}` },
  'private-address': { zh: '地址在内网，默认不发送。若确实要发，把主机加入 TOCSIN_ALLOW_PRIVATE_HOSTS', en: 'The address is private, and nothing is sent there. If it is meant, add the host to TOCSIN_ALLOW_PRIVATE_HOSTS' },
  'not-http': { zh: '对方的应答不是 HTTP。检查端口与协议', en: 'The answer is not HTTP. Look at port and protocol' },
  'redirected': { zh: '地址要求跳转，不跟随。把渠道地址改为最终地址', en: 'The address redirects, which is not followed. Set the channel to the address that it leads to' },
  'not-authorized': { zh: '对方拒绝了访问。检查令牌、密钥或用户名密码', en: 'The receiver lets nobody in with this. Look at token, key, or user and password' },
  'wrong-address': { zh: '对方没有这个地址。检查渠道地址；若是机器人或钩子，可能已被删除', en: 'There is no such address at the receiver. Look at the channel\'s address; a robot or hook may have been removed' },
  'login-refused': { zh: '邮件服务器拒绝登录。检查 user 与 password（多数邮箱要用授权码）', en: 'The mail server refuses the login. Look at user and password (many want an app password)' },
  'recipient-refused': { zh: '邮件服务器不接受收件人或发件人。检查 to 与 from', en: 'The mail server does not take the recipient or the sender. Look at to and from' },
  'mail-delayed': { zh: `邮件服务器暂不接收（灰名单、邮箱已满或限流）。${WAITS.zh}`, en: `The mail server does not take it now (greylisting, a full mailbox, its rate). ${WAITS.en}` },
  'mail-refused': { zh: '邮件服务器拒收，不再重试。常见原因：被判为垃圾邮件、发件域没有 SPF 或 DKIM', en: 'The mail server refuses it and it is not tried again. Often: taken for spam, or the sender\'s domain has no SPF or DKIM' },
  'not-confirmed': { zh: `网关的应答里没有 success 所写的文字，不能算送达。核对 success 与网关文档；${WAITS.zh}`, en: `The gateway's answer does not hold the text under success, so it counts as not delivered. Look at success and the gateway's documentation. ${WAITS.en}` },
  'template-failed': { zh: '模板无法写出消息。按提示改模板；已交给备用渠道（若有）', en: 'The template could not write the message. Mend it as said; the second channel takes over where there is one' },
  'local-limit': { zh: `本机的端口或文件数已用尽。提高系统限制；${WAITS.zh}`, en: `This machine has no port or file left. Raise its limits. ${WAITS.en}` },
  'defect': { zh: `该渠道内部出错。${WAITS.zh}；若反复出现请附上此记录反馈`, en: `The channel failed inside. ${WAITS.en}; if it comes again, report this record` },
  'stopped': { zh: `服务正在停止，没有发完。重启后${WAITS.zh}`, en: `The server was stopping before it was sent. ${WAITS.en} after the restart` },
};

/** Pure. Undefined for a fault that a newer program wrote. */
export function faultAdvice(fault: string): LocalText | undefined {
  return Object.hasOwn(ADVICE, fault) ? ADVICE[fault as DeliveryFault] : undefined;
}
